/** The table as values: which roles, which permissions, what stands where they meet, and what of it is shown. */
import type { Answer } from '~/api/read';
import type { PermissionShown, ProductWhole, RoleShown, RoleWhole } from '~/api/types';
import { typesBelow } from '~/screens/where/naming';

type Matrix = Answer<'/v1/orgs/{org}/matrix'>;
export type CellOutcome = Matrix['cells'][number]['outcome'];

/** Where a role and a permission meet. */
export interface Cell {
  outcome: CellOutcome;
  /** The name of the restriction, if there is one. */
  limit: string;
}

/** Outcomes by role and permission. What is not in it is not granted. */
export type Cells = Map<string, Cell>;

export interface Table {
  roles: RoleShown[];
  permissions: PermissionShown[];
  cells: Cells;
}

const NOT_GRANTED: Cell = { outcome: 'deny', limit: '' };
const key = (role: string, permission: string) => `${role} ${permission}`;

/** The role by its full name, the permission by its id within the product. */
export const cellAt = (cells: Cells, role: string, permission: string): Cell =>
  cells.get(key(role, permission)) ?? NOT_GRANTED;

/** Takes the cells of system roles from the table, and those of custom roles from what these grant. */
export function cellsOf(matrix: Matrix, custom: RoleWhole[]): Cells {
  const cells: Cells = new Map();
  for (const { product, role, permission, outcome, limit } of matrix.cells)
    if (outcome !== 'deny') cells.set(key(`${product}/${role}`, permission), { outcome, limit });
  for (const role of custom)
    for (const grant of role.grants) {
      const at = key(role.id, grant.permission.slice(grant.permission.indexOf('/') + 1));
      const cell = cellOfGrant(grant);
      if (rank(cell.outcome) > rank(cells.get(at)?.outcome ?? 'deny')) cells.set(at, cell);
    }
  return cells;
}

type Grant = RoleWhole['grants'][number];

export function cellOfGrant(grant: Grant): Cell {
  if (grant.needs_approval) return { outcome: 'needs_approval', limit: '' };
  const terms =
    grant.when != null ||
    (grant.related ?? []).length > 0 ||
    (grant.requires ?? []).length > 0 ||
    grant.within != null ||
    grant.within_budget === true;
  if (terms) return { outcome: 'conditional', limit: grant.limit?.id ?? '' };
  if (grant.limit) return { outcome: 'limited', limit: grant.limit.id };
  return { outcome: 'allow', limit: '' };
}

const RANKED: CellOutcome[] = ['deny', 'needs_approval', 'conditional', 'limited', 'allow'];
const rank = (outcome: CellOutcome) => RANKED.indexOf(outcome);

/** A place and everything above it, by type and by name. */
export interface Place {
  /** Nearest first, the place itself included. */
  chain: string[];
}

const kindOf = (ref: string) => ref.slice(0, ref.indexOf(':'));

/** Roles that somebody can hold at a place or above it. */
export function rolesAt(roles: RoleShown[], place: Place | undefined): RoleShown[] {
  if (!place) return roles;
  const kinds = place.chain.map(kindOf);
  return roles.filter(
    (role) =>
      (role.assignable_at == null || role.assignable_at.some((kind) => kinds.includes(kind))) &&
      (role.instances.length === 0 || role.instances.some((one) => place.chain.includes(one))),
  );
}

/** Permissions that mean something at a place or below it. */
export function permissionsAt(product: ProductWhole, place: Place | undefined): PermissionShown[] {
  const [at] = place?.chain ?? [];
  if (at === undefined) return product.permissions;
  const kinds = new Set<string>();
  const visit = (kind: string) => {
    if (kinds.has(kind)) return;
    kinds.add(kind);
    for (const below of typesBelow(kind, product)) visit(below);
  };
  visit(kindOf(at));
  return product.permissions.filter((one) => one.on.length === 0 || one.on.some((kind) => kinds.has(kind)));
}

/** What of the table is wanted. */
export interface Wanted {
  area?: string | undefined;
  q?: string | undefined;
  differences?: boolean | undefined;
  /** The chosen roles; all of them without. */
  chosen?: string[] | undefined;
}

export function shownRoles(roles: RoleShown[], { area, chosen }: Wanted): RoleShown[] {
  const inArea = area ? roles.filter((role) => role.areas.includes(area)) : roles;
  return chosen ? inArea.filter((role) => chosen.includes(role.id)) : inArea;
}

/** Lines of the table: headings of areas, and permissions. */
export type Line =
  | { kind: 'area'; id: string; title: string }
  | { kind: 'permission'; permission: PermissionShown };

export function linesOf(
  product: ProductWhole,
  table: Table,
  wanted: Wanted,
  before: Cells | undefined,
): Line[] {
  const low = (wanted.q ?? '').trim().toLowerCase();
  const fits = table.permissions.filter(
    (one) =>
      (!wanted.area || one.area === wanted.area) &&
      `${one.title} ${one.id} ${one.control ?? ''}`.toLowerCase().includes(low) &&
      (!wanted.differences || differs(table, one.id, before)),
  );
  if (product.areas.length === 0) return fits.map((permission) => ({ kind: 'permission', permission }));
  const known = [...product.areas, { id: '', title: '' }];
  const areaOf = (one: PermissionShown) =>
    one.area && product.areas.some((area) => area.id === one.area) ? one.area : '';
  return known.flatMap((area): Line[] => {
    const inArea = fits.filter((one) => areaOf(one) === area.id);
    if (inArea.length === 0) return [];
    return [
      { kind: 'area', ...area },
      ...inArea.map((permission): Line => ({ kind: 'permission', permission })),
    ];
  });
}

/** Whether the roles differ in a permission; or, where another instant is compared with, whether something changed. */
export function differs({ roles, cells }: Table, permission: string, before: Cells | undefined): boolean {
  if (before) return roles.some((role) => changed(cells, before, role.id, permission));
  const [first, ...others] = roles.map((role) => cellAt(cells, role.id, permission));
  return first !== undefined && others.some((other) => !same(first, other));
}

export const changed = (now: Cells, before: Cells, role: string, permission: string): boolean =>
  !same(cellAt(now, role, permission), cellAt(before, role, permission));

const same = (one: Cell, other: Cell) => one.outcome === other.outcome && one.limit === other.limit;
