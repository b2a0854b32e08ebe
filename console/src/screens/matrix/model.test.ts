import { expect, test } from 'vitest';
import type { ProductWhole, RoleShown } from '~/api/types';
import {
  areasOf,
  type Cells,
  cellAt,
  differs,
  inArea,
  linesOf,
  type Permission,
  permissionsAt,
  type Role,
  rolesAt,
  tableOf,
} from './model';

const CONSOLE = { id: 'console', title: 'Console' };
const WEBSITE = { id: 'website', title: 'Website' };
const permission = (id: string, area: Permission['area'], on: string[]): Permission => ({
  permission: `shop/${id}`,
  title: id.replace('.', ' '),
  description: '',
  area,
  on,
});
const role = (id: string, more: Partial<Role> = {}): Role => ({
  role: `shop/${id}`,
  title: id,
  type: 'system',
  areas: [CONSOLE],
  ...more,
});
const editor = role('editor');
const admin = role('admin');
const local = role('local', { type: 'custom', areas: [WEBSITE], instances: ['instance:eu'] });
const table = tableOf({
  product: 'shop',
  title: 'Shop',
  revision: 1,
  roles: [editor, admin],
  permissions: [
    permission('pages.edit', CONSOLE, ['shop/page']),
    permission('jobs.run', CONSOLE, ['instance']),
    permission('orders.place', WEBSITE, ['shop/site']),
    permission('flags.switch', null, ['instance']),
  ],
  cells: [
    [{ state: 'allow' }, { state: 'deny' }, { state: 'deny' }, { state: 'deny' }],
    [{ state: 'allow' }, { state: 'limited', words: 'at night' }, { state: 'deny' }, { state: 'deny' }],
  ],
});
const type = (id: string, parents: string[]) => ({ id, title: id, parents, refines: false });
const product: ProductWhole = {
  id: 'shop',
  title: 'Shop',
  version: 1,
  description: '',
  customizable: false,
  custom_roles: true,
  areas: [],
  resource_types: [type('shop/site', ['instance']), type('shop/page', ['shop/site', 'shop/page'])],
  permissions: [],
  seat_pools: [],
};
const ids = (lines: ReturnType<typeof linesOf>) =>
  lines.map((line) => (line.kind === 'area' ? `# ${line.id}` : line.permission.permission));

test('cells are found by role and permission; what is not there is not granted', () => {
  expect(cellAt(table.cells, 'shop/admin', 'shop/jobs.run')).toEqual({ state: 'limited', words: 'at night' });
  expect(cellAt(table.cells, 'shop/nobody', 'shop/jobs.run').state).toBe('deny');
});

test('at a place there are the roles that reach it, and what can be done at it or below', () => {
  const known = new Map([['shop/admin', { assignable_at: ['instance'] } as RoleShown]]);
  const site = { chain: ['shop/site:de', 'instance:eu', 'product:shop', 'organization:acme'] };
  expect(rolesAt([editor, admin, local], known, site)).toEqual([editor, admin, local]);
  const elsewhere = { chain: ['instance:us', 'product:shop', 'organization:acme'] };
  expect(rolesAt([editor, admin, local], known, elsewhere)).toEqual([editor, admin]);
  expect(rolesAt([admin], known, { chain: ['product:shop', 'organization:acme'] })).toEqual([]);
  expect(permissionsAt(table.permissions, product, site).map((one) => one.permission)).toEqual([
    'shop/pages.edit',
    'shop/orders.place',
  ]);
});

test('permissions stand under their areas, those without one last, and filters leave no empty heading', () => {
  expect(ids(linesOf(table, {}, undefined))).toEqual([
    '# console',
    'shop/pages.edit',
    'shop/jobs.run',
    '# website',
    'shop/orders.place',
    '# ',
    'shop/flags.switch',
  ]);
  expect(ids(linesOf(table, { q: 'PLACE' }, undefined))).toEqual(['# website', 'shop/orders.place']);
  expect(ids(linesOf(table, { q: 'switch' }, undefined))).toEqual(['shop/flags.switch']);
  expect(ids(linesOf(table, { differences: true }, undefined))).toEqual(['# console', 'shop/jobs.run']);
  expect(areasOf(table)).toEqual([CONSOLE, WEBSITE]);
  expect(inArea([editor, local], 'website')).toEqual([local]);
});

test('compared with another instant, what changed since is the difference', () => {
  const before: Cells = new Map(table.cells);
  expect(differs(table, 'shop/jobs.run', before)).toBe(false);
  before.delete('shop/admin shop/jobs.run');
  expect(differs(table, 'shop/jobs.run', before)).toBe(true);
});
