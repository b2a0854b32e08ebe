/** What the health page counts, from what the server lists. */

import type { components } from '~/api/schema';
import { type ApiKeyShown, type AssignmentShown, type RoleShown, split, splitRole } from '~/api/types';
import type { Cell, Column } from '~/parts/Charts';

type Dominated = components['schemas']['Dominated'];
type AdministratorOverview = components['schemas']['AdministratorOverview'];

const DAY_MS = 86_400_000;
/** The weeks that are looked ahead, about a quarter. */
export const WEEKS = 13;

/** The instant that is looked at: now, or that of the past; a revision has none that is known here. */
export function instantOf(asOf: string | undefined, now = Date.now()): number {
  if (asOf === undefined || /^\d+$/.test(asOf)) return now;
  const then = Date.parse(asOf);
  return Number.isNaN(then) ? now : then;
}

/** The end of what is looked at, on the full hour, so that asking again asks the same. */
export function horizon(from: number): string {
  return new Date(Math.ceil(from / 3_600_000) * 3_600_000 + 90 * DAY_MS).toISOString().replace('.000Z', 'Z');
}

/** Those that end between now and so many days later, the next one first. */
export function ending<T extends { expires?: string | null | undefined }>(
  items: T[],
  from: number,
  days: number,
): T[] {
  const at = (item: T) => Date.parse(item.expires ?? '');
  return items
    .filter((item) => item.expires && at(item) > from && at(item) <= from + days * DAY_MS)
    .sort((one, other) => at(one) - at(other));
}

/** How many end in each of the coming weeks. */
export function weeks(items: AssignmentShown[], from: number, label: (start: Date) => string): Column[] {
  return Array.from({ length: WEEKS }, (_, week) => {
    const start = from + week * 7 * DAY_MS;
    const value = items.filter((item) => {
      const at = Date.parse(item.expires ?? '');
      return at > start && at <= start + 7 * DAY_MS;
    }).length;
    const tone = week === 0 ? 'bad' : week <= 4 ? 'warn' : 'info';
    return { id: String(week), label: label(new Date(start)), value, tone };
  });
}

/** How often each reason stands there. */
export function byReason(items: AssignmentShown[]): [reason: string, count: number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item.reason ?? 'other', (counts.get(item.reason ?? 'other') ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]);
}

/** Pairs of equal roles, each once. That one includes the other is no accident. */
export function equalPairs(items: Dominated[]): Dominated[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    if (!item.equal || item.included) return false;
    const pair = [item.role, item.by].sort().join('\n');
    if (seen.has(pair)) return false;
    seen.add(pair);
    return true;
  });
}

/** An organization's own roles that another one contains. System roles come in steps; that is how they are meant. */
export function contained(items: Dominated[], roles: Map<string, RoleShown>): Dominated[] {
  return items.filter((item) => !item.equal && roles.get(item.role)?.type === 'custom');
}

/** System roles that nobody holds are just not needed; one's own can go. */
export function ownUnused(items: string[], roles: Map<string, RoleShown>): string[] {
  return items.filter((role) => roles.get(role)?.type === 'custom');
}

export interface Keys {
  working: ApiKeyShown[];
  neverUsed: ApiKeyShown[];
  ending: ApiKeyShown[];
  endless: ApiKeyShown[];
  public: ApiKeyShown[];
}

/** Keys that work, by what is worth a look. */
export function keysOf(items: ApiKeyShown[], from: number): Keys {
  const working = items.filter((key) => !key.revoked && (!key.expires || Date.parse(key.expires) > from));
  return {
    working,
    neverUsed: working.filter((key) => !key.last_used_at),
    ending: ending(working, from, 90),
    endless: working.filter((key) => !key.expires && key.kind === 'secret'),
    public: working.filter((key) => key.kind === 'public'),
  };
}

export const REACHES = ['organization', 'product', 'instance', 'project', 'below'] as const;
export type Reach = (typeof REACHES)[number];

const reachOf = (scope: string): Reach => REACHES.find((reach) => reach === split(scope)[0]) ?? 'below';

export interface Levels {
  rows: { id: string; label: string }[];
  cells: Cell[];
}

/** The role whose product makes every other product's administrators. */
const CENTRE = 'admin-center';

/** Administrators by their highest role and how far up it reaches. Those of single products stand in one row, last. */
export function levelsOf(items: AdministratorOverview[], ofProducts: string): Levels {
  const rows = new Map<string, { label: string; level: number }>();
  const counts = new Map<string, number>();
  for (const item of items) {
    const [first] = [...item.roles].sort(
      (one, other) =>
        rank(other) - rank(one) ||
        REACHES.indexOf(reachOf(one.scope)) - REACHES.indexOf(reachOf(other.scope)),
    );
    if (!first) continue;
    const central = splitRole(first.role)[0] === CENTRE;
    const id = central ? first.role : '';
    rows.set(
      id,
      central ? { label: first.title, level: first.level ?? 0 } : { label: ofProducts, level: -1 },
    );
    const at = `${id}\n${reachOf(first.scope)}`;
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return {
    rows: [...rows]
      .sort((one, other) => other[1].level - one[1].level)
      .map(([id, { label }]) => ({ id, label })),
    cells: [...counts].map(([at, value]) => {
      const [row = '', column = ''] = at.split('\n');
      return { row, column, value };
    }),
  };
}

const rank = (role: AdministratorOverview['roles'][number]): number =>
  (splitRole(role.role)[0] === CENTRE ? 1_000_000 : 0) + (role.level ?? 0);

/** People with authority over the whole organization. */
export const atTheTop = (items: AdministratorOverview[]): AdministratorOverview[] =>
  items.filter(
    (item) =>
      split(item.subject)[0] === 'user' && item.scopes.some((scope) => reachOf(scope) === 'organization'),
  );
