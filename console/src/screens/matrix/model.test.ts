import { expect, test } from 'vitest';
import type { PermissionShown, ProductWhole, RoleShown, RoleWhole } from '~/api/types';
import {
  type Cells,
  cellAt,
  cellsOf,
  differs,
  linesOf,
  permissionsAt,
  rolesAt,
  shownRoles,
  type Table,
} from './model';

const permission = (id: string, area: string | null, on: string[]): PermissionShown => ({
  id,
  title: id.replace('.', ' '),
  description: '',
  area,
  on,
  implies: [],
  when_denied: '',
  control: null,
  approved_by: null,
});

const role = (id: string, more: Partial<RoleShown> = {}): RoleShown => ({
  id: `shop/${id}`,
  product: 'shop',
  title: id,
  description: '',
  type: 'system',
  baseline: false,
  areas: ['console'],
  level: 1,
  assignable_at: null,
  instances: [],
  requires: [],
  excludes: [],
  needs_approver: false,
  vendor_only: false,
  public: false,
  seat_pool: null,
  overlaid: false,
  permissions: 1,
  ...more,
});

const permissions = [
  permission('pages.edit', 'console', ['shop/page']),
  permission('jobs.run', 'console', ['instance']),
  permission('orders.place', 'website', ['shop/site']),
];
const product: ProductWhole = {
  id: 'shop',
  title: 'Shop',
  version: 1,
  description: '',
  customizable: false,
  custom_roles: true,
  areas: [
    { id: 'console', title: 'Console' },
    { id: 'website', title: 'Website' },
  ],
  resource_types: [
    { id: 'shop/site', title: 'Site', parents: ['instance'], refines: false },
    { id: 'shop/page', title: 'Page', parents: ['shop/site', 'shop/page'], refines: false },
  ],
  permissions,
  seat_pools: [],
};
const editor = role('editor');
const admin = role('admin', { assignable_at: ['instance'] });
const local = role('local', { type: 'custom', areas: ['website'], instances: ['instance:eu'] });
const cell = (of: string, what: string, outcome: 'allow' | 'deny' | 'limited', limit = '') => ({
  product: 'shop',
  area: '',
  role: of,
  permission: what,
  outcome,
  limit,
  when_denied: '',
});
const matrix = {
  product: 'shop',
  revision: 1,
  cells: [
    cell('editor', 'pages.edit', 'allow'),
    cell('admin', 'pages.edit', 'allow'),
    cell('editor', 'jobs.run', 'deny'),
    cell('admin', 'jobs.run', 'limited', 'nightly'),
  ],
};
const custom = {
  ...local,
  id: 'shop/local',
  grants: [
    { permission: 'shop/orders.place', title: '', from: null, when: 'resource.open' },
    { permission: 'shop/pages.edit', title: '', from: null },
    { permission: 'shop/pages.edit', title: '', from: null, when: 'false' },
  ],
} as unknown as RoleWhole;
const table: Table = { roles: [editor, admin], permissions, cells: cellsOf(matrix, [custom]) };

test('cells come from the table, and for custom roles from the best of what they grant', () => {
  expect(cellAt(table.cells, 'shop/admin', 'jobs.run')).toEqual({ outcome: 'limited', limit: 'nightly' });
  expect(cellAt(table.cells, 'shop/editor', 'jobs.run').outcome).toBe('deny');
  expect(cellAt(table.cells, 'shop/local', 'orders.place').outcome).toBe('conditional');
  expect(cellAt(table.cells, 'shop/local', 'pages.edit').outcome).toBe('allow');
});

test('at a place there are the roles that reach it, and what can be done at it or below', () => {
  const site = { chain: ['shop/site:de', 'instance:eu', 'product:shop', 'organization:acme'] };
  expect(rolesAt([editor, admin, local], site)).toEqual([editor, admin, local]);
  const elsewhere = { chain: ['instance:us', 'product:shop', 'organization:acme'] };
  expect(rolesAt([editor, admin, local], elsewhere)).toEqual([editor, admin]);
  expect(rolesAt([admin], { chain: ['product:shop', 'organization:acme'] })).toEqual([]);
  expect(permissionsAt(product, site).map((one) => one.id)).toEqual(['pages.edit', 'orders.place']);
});

test('permissions stand under their areas, and filters leave no empty heading', () => {
  const ids = (lines: ReturnType<typeof linesOf>) =>
    lines.map((line) => (line.kind === 'area' ? `# ${line.id}` : line.permission.id));
  expect(ids(linesOf(product, table, {}, undefined))).toEqual([
    '# console',
    'pages.edit',
    'jobs.run',
    '# website',
    'orders.place',
  ]);
  expect(ids(linesOf(product, table, { q: 'PLACE' }, undefined))).toEqual(['# website', 'orders.place']);
  expect(ids(linesOf(product, table, { differences: true }, undefined))).toEqual(['# console', 'jobs.run']);
  expect(shownRoles([editor, local], { area: 'website' })).toEqual([local]);
  expect(shownRoles([editor, admin], { chosen: ['shop/admin'] })).toEqual([admin]);
});

test('compared with another instant, what changed since is the difference', () => {
  const before: Cells = new Map(table.cells);
  expect(differs(table, 'jobs.run', before)).toBe(false);
  before.delete('shop/admin jobs.run');
  expect(differs(table, 'jobs.run', before)).toBe(true);
});
