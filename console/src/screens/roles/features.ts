/**
 * The table of places and features: each place a row, each feature a column. A feature is a permission, or several acts on
 * the same thing (`content.create`, `content.edit`, `content.delete`) taken together.
 */
import type { ProductWhole, ResourceShown } from '~/api/types';
import type { Draft, Given, Outcome } from './draft';
import { isPlain } from './draft';

export interface Feature {
  id: string;
  title: string;
  permissions: string[];
}

/** The types below a type, itself among them. */
export function family(product: ProductWhole, type: string): Set<string> {
  const found = new Set([type]);
  let grew = true;
  while (grew) {
    const before = found.size;
    for (const one of product.resource_types)
      if (one.parents.some((parent) => found.has(parent))) found.add(one.id);
    grew = found.size > before;
  }
  return found;
}

/** Types of places to which grants can be bound, the one with most permissions first. */
export function placeTypes(product: ProductWhole): { id: string; title: string }[] {
  const meant = (type: string) => product.permissions.filter((one) => one.on.includes(type)).length;
  return product.resource_types
    .filter((type) => type.id.includes('/') && meant(type.id) > 0)
    .sort((a, b) => meant(b.id) - meant(a.id))
    .map(({ id, title }) => ({ id, title }));
}

/** The columns for a type of place: bundles, then what is edited as a whole, then single acts. `seen` is what everybody has anyhow; `each` shows every act by itself. */
export function featuresOf(
  product: ProductWhole,
  type: string,
  seen: ReadonlySet<string>,
  each: boolean,
): Feature[] {
  const types = family(product, type);
  const meant = product.permissions.filter((one) => !seen.has(one.id) && one.on.some((on) => types.has(on)));
  if (each) return meant.map((one) => ({ id: one.id, title: one.title, permissions: [one.id] }));
  const implied = new Set(meant.flatMap((one) => one.implies));
  const kept = meant.filter((one) => !implied.has(one.id));
  const bundles = kept.filter((one) => one.implies.length > 0);
  const byThing = new Map<string, typeof kept>();
  for (const one of kept.filter((act) => act.implies.length === 0)) {
    const thing = one.id.slice(0, one.id.lastIndexOf('.'));
    byThing.set(thing, [...(byThing.get(thing) ?? []), one]);
  }
  const things = [...byThing].map(([thing, acts]) => ({
    id: thing,
    title: acts.length === 1 ? (acts[0]?.title ?? thing) : worded(thing),
    permissions: acts.map((act) => act.id),
  }));
  const isEditing = (feature: Feature) =>
    feature.permissions.length === 1 && feature.permissions[0]?.endsWith('.edit') === true;
  return [
    ...bundles.map((one) => ({ id: one.id, title: one.title, permissions: [one.id] })),
    ...things.filter(isEditing),
    ...things.filter((feature) => !isEditing(feature)),
  ];
}

/** `facet_configurations` → "Facet configurations". */
function worded(thing: string): string {
  const words = thing.replaceAll(/[_.]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** How much of a feature is given at a place; `above` when what gives it is not bound to this place. */
export interface Cell {
  given: number;
  of: number;
  above: boolean;
  /** Only under a condition. */
  conditional: boolean;
}

export function cellOf(outcome: Outcome, feature: Feature, place: ResourceShown | null): Cell {
  const ways = feature.permissions.map((permission) => reaching(outcome.get(permission), place));
  const given = ways.filter((one) => one.length > 0);
  return {
    given: given.length,
    of: feature.permissions.length,
    above: given.length > 0 && given.every((all) => all.some((one) => isAbove(one, place))),
    conditional: given.some((all) => all.every((one) => !isPlain({ ...one.terms, within: null }))),
  };
}

const isAbove = (given: Given, place: ResourceShown | null) =>
  given.source !== 'own' || (place !== null && given.terms.within !== place.id);

function reaching(ways: Given[] | undefined, place: ResourceShown | null): Given[] {
  return (ways ?? []).filter(
    ({ terms }) => !terms.within || (place && [place.id, place.parent].includes(terms.within)),
  );
}

/** Gives or takes a feature at a place, or everywhere without one. */
export function toggleCell(draft: Draft, feature: Feature, place: string | null, on: boolean): Draft {
  const concerns = (grant: Draft['grants'][number]) =>
    feature.permissions.includes(grant.permission) && (grant.within ?? null) === place;
  const others = draft.grants.filter((grant) => !concerns(grant));
  if (!on) return { ...draft, grants: others };
  const added = feature.permissions.map((permission) => ({
    permission,
    ...(place ? { within: place } : {}),
  }));
  return {
    ...draft,
    grants: [...others, ...added],
    without: draft.without.filter((one) => !feature.permissions.includes(one)),
  };
}
