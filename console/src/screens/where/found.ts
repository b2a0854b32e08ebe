/** What a search finds, as a tree: the matches with everything that they stand under. */
import { useQueries } from '@tanstack/react-query';
import { read, readKey, useRead } from '~/api/read';
import type { ResourceRef, ResourceShown } from '~/api/types';
import { useHere } from '~/app/here';

export interface Found {
  id: ResourceRef;
  properties?: Record<string, unknown>;
  /** Found itself, and not only on the way to what was found. */
  hit: boolean;
  /** Only its name is seen. */
  nameOnly: boolean;
  children: Found[];
}

/** So many are shown; who looks for another one types more of it. */
const SHOWN = 60;

/** Grows a tree from matches and, for the parents of matches, their ways up to the top, nearest first. */
export function grow(hits: ResourceShown[], above: Map<ResourceRef, ResourceRef[]>): Found[] {
  const nodes = new Map<ResourceRef, Found>();
  const top: Found[] = [];
  const byId = new Map(hits.map((hit) => [hit.id, hit]));
  const place = (id: ResourceRef, wayUp: ResourceRef[]): Found => {
    const known = nodes.get(id);
    if (known) return known;
    const hit = byId.get(id);
    const node: Found = {
      id,
      ...(hit ? { properties: hit.properties } : {}),
      hit: hit !== undefined,
      nameOnly: hit?.seen === 'name',
      children: [],
    };
    nodes.set(id, node);
    const [parent, ...rest] = wayUp;
    (parent === undefined ? top : place(parent, rest).children).push(node);
    return node;
  };
  for (const hit of hits) {
    const wayUp = hit.parent ? [hit.parent, ...(above.get(hit.parent) ?? wayOf(hit.parent, byId))] : [];
    place(hit.id, wayUp);
  }
  return top;
}

/** The way up as far as the matches themselves tell it. */
function wayOf(from: ResourceRef, byId: Map<ResourceRef, ResourceShown>): ResourceRef[] {
  const parent = byId.get(from)?.parent;
  return parent ? [parent, ...wayOf(parent, byId)] : [];
}

export function useFound(sought: string) {
  const { org, asOf } = useHere();
  const hits = useRead(
    '/v1/orgs/{org}/resources',
    { query: { q: sought, limit: SHOWN } },
    { enabled: sought !== '', keep: true },
  );
  const items = hits.data?.items ?? [];
  const parents = [...new Set(items.flatMap((one) => (one.parent ? [one.parent] : [])))];
  const above = useQueries({
    queries: parents.map((resource) => {
      const asked = { path: { resource } };
      const path = '/v1/orgs/{org}/resources/{resource}' as const;
      return {
        queryKey: readKey(org, asOf, path, asked),
        queryFn: ({ signal }: { signal: AbortSignal }) => read(org, asOf, path, asked, signal),
      };
    }),
    combine: (answers) => ({
      waiting: answers.some((one) => one.isLoading),
      ways: new Map(answers.flatMap((one) => (one.data ? [[one.data.id, one.data.ancestors] as const] : []))),
    }),
  });
  return {
    tree: above.waiting ? [] : grow(items, above.ways),
    count: items.length,
    more: hits.data?.next != null,
    isLoading: sought !== '' && (hits.isLoading || above.waiting),
    error: hits.error,
  };
}
