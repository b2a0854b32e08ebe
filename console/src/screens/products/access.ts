/** Who administers which product, read from who holds the roles of the Admin Center. */
import { type Answer, useRead } from '~/api/read';
import {
  type AssignmentShown,
  type ResourceRef,
  type ResourceShown,
  type SubjectRef,
  split,
} from '~/api/types';

export type Pool = Answer<'/v1/orgs/{org}/seat-pools'>['items'][number];

/** Those who administer a product, by how much of it. */
export interface Administrators {
  /** The whole organization. */
  everything: SubjectRef[];
  /** This product as a whole. */
  product: SubjectRef[];
  /** Some of its instances, projects or what is below. */
  parts: { subject: SubjectRef; scope: ResourceRef }[];
}

/** The product whose users, groups and roles are those of all the others. */
export const ADMIN_CENTER = 'admin-center';

export function administratorsOf(
  product: string,
  held: AssignmentShown[],
  productOf: (scope: ResourceRef) => string | undefined,
): Administrators {
  const at = (kind: string) => held.filter((one) => split(one.scope)[0] === kind);
  const mine = held.filter((one) => productOf(one.scope) === product);
  return {
    everything: unique(at('organization').map((one) => one.subject)),
    product: unique(mine.filter((one) => one.scope === `product:${product}`).map((one) => one.subject)),
    parts: mine
      .filter((one) => one.scope !== `product:${product}`)
      .map(({ subject, scope }) => ({ subject, scope })),
  };
}

const unique = <T>(list: T[]): T[] => [...new Set(list)];

/** What the page about all products needs beside the products. */
export function useAccess() {
  const instances = useRead('/v1/orgs/{org}/resources', { query: { type: 'instance', limit: 1000 } });
  const projects = useRead('/v1/orgs/{org}/resources', { query: { type: 'project', limit: 1000 } });
  const held = useRead('/v1/orgs/{org}/assignments', { query: { product: ADMIN_CENTER, limit: 1000 } });
  const pools = useRead('/v1/orgs/{org}/seat-pools', { query: { limit: 1000 } });
  const places: ResourceShown[] = [...(instances.data?.items ?? []), ...(projects.data?.items ?? [])];
  const products = new Map(places.map((place) => [place.id, place.product ?? undefined]));
  const productOf = (scope: ResourceRef) => {
    const [kind, id] = split(scope);
    if (kind === 'product') return id;
    return products.get(scope) ?? (kind.includes('/') ? kind.slice(0, kind.indexOf('/')) : undefined);
  };
  return {
    isLoading: instances.isLoading || held.isLoading || projects.isLoading,
    instancesOf: (product: string) => (instances.data?.items ?? []).filter((one) => one.product === product),
    administratorsOf: (product: string) => administratorsOf(product, held.data?.items ?? [], productOf),
    poolsOf: (product: string) => (pools.data?.items ?? []).filter((pool) => split2(pool.id) === product),
  };
}

const split2 = (pool: string) => pool.slice(0, pool.indexOf('/'));

/** So many people are counted one by one; beyond that there are just many. */
const COUNTED = 250;

/** How many people have access to a product or a place: a number, or `250+`. */
export function usePeopleCount(where: { product: string } | { scope: ResourceRef }): string | undefined {
  const { data } = useRead('/v1/orgs/{org}/users', { query: { ...where, limit: COUNTED } });
  if (!data) return undefined;
  return data.next ? `${data.items.length}+` : String(data.items.length);
}
