/** The table as values: which roles, which permissions, what stands where they meet, and what of it is shown. */
import type { Answer } from '~/api/read';
import type { ProductWhole, RoleRef, RoleShown } from '~/api/types';
import { typesBelow } from '~/screens/where/naming';

export type MatrixTable = Answer<'/v1/orgs/{org}/matrix/table'>;
export type Role = MatrixTable['roles'][number];
export type Permission = MatrixTable['permissions'][number];
export type Cell = MatrixTable['cells'][number][number];
export type CellOutcome = Cell['state'];

/** Cells by role and permission. What is not in it is not granted. */
export type Cells = Map<string, Cell>;

export interface Table {
  title: string;
  roles: Role[];
  permissions: Permission[];
  cells: Cells;
}

const NOT_GRANTED: Cell = { state: 'deny' };
const key = (role: string, permission: string) => `${role} ${permission}`;

export const cellAt = (cells: Cells, role: string, permission: string): Cell =>
  cells.get(key(role, permission)) ?? NOT_GRANTED;

export function tableOf({ title, roles, permissions, cells }: MatrixTable): Table {
  const found: Cells = new Map();
  cells.forEach((row, at) => {
    row.forEach((cell, column) => {
      const role = roles[at];
      const permission = permissions[column];
      if (role && permission) found.set(key(role.role, permission.permission), cell);
    });
  });
  return { title, roles, permissions, cells: found };
}

/** A place with everything above it, nearest first. */
export interface Place {
  chain: string[];
}

const kindOf = (ref: string) => ref.slice(0, ref.indexOf(':'));

/** Roles that somebody can hold at a place or above it. */
export function rolesAt(roles: Role[], known: Map<RoleRef, RoleShown>, place: Place | undefined): Role[] {
  if (!place) return roles;
  const kinds = place.chain.map(kindOf);
  return roles.filter((role) => {
    const types = known.get(role.role)?.assignable_at;
    const instances = role.instances ?? [];
    return (
      (types == null || types.some((kind) => kinds.includes(kind))) &&
      (instances.length === 0 || instances.some((one) => place.chain.includes(one)))
    );
  });
}

/** Permissions that mean something at a place or below it. */
export function permissionsAt(
  permissions: Permission[],
  product: ProductWhole | undefined,
  place: Place | undefined,
): Permission[] {
  const [at] = place?.chain ?? [];
  if (at === undefined || !product) return permissions;
  const kinds = new Set<string>();
  const visit = (kind: string) => {
    if (kinds.has(kind)) return;
    kinds.add(kind);
    for (const below of typesBelow(kind, product)) visit(below);
  };
  visit(kindOf(at));
  return permissions.filter((one) => one.on.length === 0 || one.on.some((kind) => kinds.has(kind)));
}

/** What of the table is wanted. */
export interface Wanted {
  area?: string | undefined;
  q?: string | undefined;
  differences?: boolean | undefined;
}

export interface Area {
  id: string;
  title: string;
}

/** The areas of roles and permissions, each once, in the order in which they come. */
export function areasOf({ roles, permissions }: Pick<Table, 'roles' | 'permissions'>): Area[] {
  const all = [...permissions.flatMap((one) => one.area ?? []), ...roles.flatMap((role) => role.areas)];
  return [...new Map(all.map((area) => [area.id, area])).values()];
}

export const inArea = (roles: Role[], area: string | undefined): Role[] =>
  area ? roles.filter((role) => role.areas.some((one) => one.id === area)) : roles;

/** Lines of the table: headings of areas, and permissions. */
export type Line =
  | { kind: 'area'; id: string; title: string }
  | { kind: 'permission'; permission: Permission };

export function linesOf(table: Table, wanted: Wanted, before: Cells | undefined): Line[] {
  const low = (wanted.q ?? '').trim().toLowerCase();
  const fits = table.permissions.filter(
    (one) =>
      (!wanted.area || one.area?.id === wanted.area) &&
      `${one.title} ${one.permission} ${one.control ?? ''}`.toLowerCase().includes(low) &&
      (!wanted.differences || differs(table, one.permission, before)),
  );
  const areas = areasOf({ roles: [], permissions: fits });
  const plain = (permission: Permission): Line => ({ kind: 'permission', permission });
  if (areas.length === 0) return fits.map(plain);
  const lost = fits.filter((one) => !one.area);
  return [
    ...areas.flatMap((area): Line[] => [
      { kind: 'area', ...area },
      ...fits.filter((one) => one.area?.id === area.id).map(plain),
    ]),
    ...(lost.length > 0 ? [{ kind: 'area', id: '', title: '' } as const, ...lost.map(plain)] : []),
  ];
}

/** Whether the roles differ in a permission; or, where another instant is compared with, whether something changed. */
export function differs({ roles, cells }: Table, permission: string, before: Cells | undefined): boolean {
  if (before) return roles.some((role) => changed(cells, before, role.role, permission));
  const [first, ...others] = roles.map((role) => cellAt(cells, role.role, permission));
  return first !== undefined && others.some((other) => !same(first, other));
}

export const changed = (now: Cells, before: Cells, role: string, permission: string): boolean =>
  !same(cellAt(now, role, permission), cellAt(before, role, permission));

const same = (one: Cell, other: Cell) =>
  one.state === other.state && (one.words ?? '') === (other.words ?? '');
