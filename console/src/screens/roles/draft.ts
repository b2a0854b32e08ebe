/**
 * A custom role while it is being made: what it begins with, what it adds, what it takes away, and what comes out of that.
 * The server composes roles in the same order: the start, then what is included, then its own grants; what is taken away is
 * gone from all of them, and with it every bundle that is no longer whole.
 */
import type { ProductWhole, ResourceRef } from '~/api/types';
import type { CustomGrant, CustomRole, GrantShown, RoleBody, Start } from './types';

export interface Draft {
  product: string;
  id: string;
  title: string;
  description: string;
  instances: ResourceRef[];
  includes: string[];
  start: Start;
  without: string[];
  grants: CustomGrant[];
}

/** What a grant may ask for, in the form in which the API shows it. */
export type Terms = Omit<GrantShown, 'permission' | 'title' | 'from' | 'implied_by'>;

export type Source = 'start' | 'included' | 'own';

/** One way in which a permission is given. */
export interface Given {
  source: Source;
  terms: Terms;
  /** The bundle that gives it, if it was not named itself. */
  bundle?: string;
}

/** What a draft is judged by. */
export interface Parts {
  book: Book;
  /** What the start gives. */
  base: GrantShown[];
  /** What the included roles give. */
  included: GrantShown[];
  /** What no custom role of the product has. */
  forbidden: ReadonlySet<string>;
}

export type Outcome = Map<string, Given[]>;

/** The permissions of a product, and what each covers, itself among it. */
export interface Book {
  ids: string[];
  title: (id: string) => string;
  covers: (id: string) => ReadonlySet<string>;
}

export function bookOf(product: ProductWhole): Book {
  const byId = new Map(product.permissions.map((one) => [one.id, one]));
  const covered = new Map<string, Set<string>>();
  const covers = (id: string): ReadonlySet<string> => {
    const known = covered.get(id);
    if (known) return known;
    const found = new Set([id]);
    covered.set(id, found);
    for (const implied of byId.get(id)?.implies ?? [])
      for (const one of covers(local(implied))) found.add(one);
    return found;
  };
  return { ids: [...byId.keys()], title: (id) => byId.get(id)?.title ?? id, covers };
}

/** `pim/products.edit` → `products.edit`. */
export function local(permission: string): string {
  return permission.slice(permission.indexOf('/') + 1);
}

export const emptyDraft = (product: string): Draft => ({
  product,
  id: '',
  title: '',
  description: '',
  instances: [],
  includes: [],
  start: 'none',
  without: [],
  grants: [],
});

export function draftOf(custom: CustomRole): Draft {
  const [product = '', id = ''] = custom.id.split('/');
  return {
    product,
    id,
    title: custom.title ?? '',
    description: custom.description ?? '',
    instances: custom.instances ?? [],
    includes: custom.includes ?? [],
    start: custom.start,
    without: custom.without ?? [],
    grants: custom.grants ?? [],
  };
}

export function bodyOf(draft: Draft): RoleBody {
  return {
    title: draft.title.trim() || null,
    description: draft.description.trim() || null,
    instances: draft.instances,
    includes: draft.includes,
    start: draft.start,
    without: draft.without,
    grants: draft.grants,
  };
}

/** An id made of a title: "North America Team" → `north_america_team`. */
export function idFrom(title: string): string {
  const plain = title
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '');
  return plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60);
}

export const copyOf = (start: Start): string | null => (typeof start === 'object' ? start.duplicate : null);

/** The terms of a grant alone. */
export function termsOf(grant: Terms): Terms {
  const { when, related, requires, within, reach, limit, within_budget, needs_approval, otherwise } = grant;
  return pruned({ when, related, requires, within, reach, limit, within_budget, needs_approval, otherwise });
}

/** Without what says nothing. */
function pruned(terms: { [K in keyof Terms]: Terms[K] | undefined }): Terms {
  const says = (value: unknown) => Boolean(value) && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => says(value)));
}

/** Equal for equal terms. */
export function termsKey(terms: Terms): string {
  return JSON.stringify([
    terms.within ?? '',
    terms.when ?? '',
    [...(terms.related ?? [])].sort(),
    [...(terms.requires ?? [])].sort(),
    terms.reach ?? '',
    terms.limit?.id ?? '',
    terms.within_budget ?? false,
    terms.needs_approval ?? false,
    terms.otherwise ?? '',
  ]);
}

const PLAIN = termsKey({});
export const isPlain = (terms: Terms): boolean => termsKey(terms) === PLAIN;

/** What comes out: every permission that the role gives, and each way in which it does. */
export function outcome(draft: Draft, parts: Parts): Outcome {
  const found: Outcome = new Map();
  const put = (permission: string, given: Given) => {
    const ways = found.get(permission) ?? [];
    ways.push(given);
    found.set(permission, ways);
  };
  for (const { permission, given } of startOf(draft, parts)) put(permission, given);
  for (const grant of parts.included) put(local(grant.permission), { source: 'included', ...shown(grant) });
  for (const grant of draft.grants) {
    const terms = termsOf(grant);
    for (const covered of parts.book.covers(grant.permission))
      put(covered, {
        source: 'own',
        terms,
        ...(covered === grant.permission ? {} : { bundle: grant.permission }),
      });
  }
  return withoutThose(found, parts.book, [...draft.without, ...parts.forbidden]);
}

/** What the start alone gives, as it is before anything is added or taken away. */
export function startOutcome(draft: Draft, parts: Parts): Outcome {
  const found: Outcome = new Map();
  for (const { permission, given } of startOf(draft, parts))
    found.set(permission, [...(found.get(permission) ?? []), given]);
  return withoutThose(found, parts.book, [...parts.forbidden]);
}

function startOf(draft: Draft, parts: Parts): { permission: string; given: Given }[] {
  if (draft.start === 'none') return [];
  if (draft.start === 'all')
    return parts.book.ids.map((permission) => ({ permission, given: { source: 'start', terms: {} } }));
  return parts.base.map((grant) => ({
    permission: local(grant.permission),
    given: { source: 'start', ...shown(grant) },
  }));
}

const shown = (grant: GrantShown): { terms: Terms; bundle?: string } => ({
  terms: termsOf(grant),
  ...(grant.implied_by ? { bundle: local(grant.implied_by) } : {}),
});

function withoutThose(found: Outcome, book: Book, gone: string[]): Outcome {
  for (const permission of [...found.keys()]) {
    const covers = book.covers(permission);
    if (gone.some((one) => covers.has(one))) found.delete(permission);
  }
  return found;
}

/** Gives a permission: takes back that it was taken away, and names it if that is not enough. */
export function give(draft: Draft, permission: string, parts: Parts): Draft {
  const covers = parts.book.covers(permission);
  const back = { ...draft, without: draft.without.filter((one) => !covers.has(one)) };
  if (outcome(back, parts).has(permission)) return back;
  return { ...back, grants: [...back.grants, { permission }] };
}

/** Takes a permission away: what was added is dropped, what comes from elsewhere is named as taken away. */
export function takeAway(draft: Draft, permission: string, parts: Parts): Draft {
  const dropped = { ...draft, grants: draft.grants.filter((one) => one.permission !== permission) };
  const still = outcome(dropped, parts).get(permission);
  if (!still?.some((given) => given.source !== 'own')) return dropped;
  return { ...dropped, without: [...dropped.without, permission] };
}

/** Replaces all own grants of a permission. */
export function setGrants(draft: Draft, permission: string, grants: CustomGrant[]): Draft {
  const at = draft.grants.findIndex((one) => one.permission === permission);
  const others = draft.grants.filter((one) => one.permission !== permission);
  const from = at < 0 ? others.length : at;
  return { ...draft, grants: [...others.slice(0, from), ...grants, ...others.slice(from)] };
}

/** Whether a bundle of the role's own gives it, and nothing else. */
export function onlyByBundle(ways: Given[] | undefined): string | null {
  if (!ways || ways.length === 0) return null;
  return ways.every((one) => one.source === 'own' && one.bundle) ? (ways[0]?.bundle ?? null) : null;
}

/** A role of one's own with the same grants, which no longer follows its original. `lost` cannot be said in a custom role. */
export function unrolled(draft: Draft, parts: Parts): { draft: Draft; lost: string[] } {
  const now = outcome(draft, parts);
  const grants: CustomGrant[] = [...draft.grants];
  const lost: string[] = [];
  for (const [permission, ways] of now)
    for (const { source, terms, bundle } of ways) {
      if (source !== 'start' || (bundle && now.has(bundle))) continue;
      const grant = asOwn(permission, terms);
      if (grant) grants.push(grant);
      else lost.push(permission);
    }
  const kept = grants.filter((grant) => now.has(grant.permission));
  return { draft: { ...draft, start: 'none', without: [], grants: kept }, lost };
}

function asOwn(permission: string, terms: Terms): CustomGrant | null {
  const { when, related, requires, within, ...rest } = terms;
  if (!isPlain(rest)) return null;
  return {
    permission,
    ...(within ? { within } : {}),
    ...(when ? { when } : {}),
    ...(related?.length ? { related } : {}),
    ...(requires?.length ? { requires } : {}),
  };
}

export interface Difference {
  added: string[];
  removed: string[];
  /** In both, under other terms. */
  changed: string[];
}

/** What became of the start. */
export function difference(before: Outcome, after: Outcome): Difference {
  const key = (ways: Given[] | undefined) => {
    const keys = [...new Set((ways ?? []).map((one) => termsKey(one.terms)))];
    return keys.includes(PLAIN) ? PLAIN : keys.sort().join();
  };
  return {
    added: [...after.keys()].filter((one) => !before.has(one)),
    removed: [...before.keys()].filter((one) => !after.has(one)),
    changed: [...after.keys()].filter(
      (one) => before.has(one) && key(before.get(one)) !== key(after.get(one)),
    ),
  };
}
