/**
 * Reads: one hook for one thing, one for lists in pages. Both know the organization and the instant that is looked at,
 * so that no screen can forget either.
 */
import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useHere } from '~/app/here';
import { client, must } from './client';
import type { paths } from './schema';

type GetOf<P extends keyof paths> = paths[P] extends { get: infer Operation } ? Operation : never;

/** Paths that can be read. */
export type ReadPath = { [P in keyof paths]: paths[P] extends { get: object } ? P : never }[keyof paths];

type Parameters<P extends ReadPath> = GetOf<P> extends { parameters: infer Given } ? Given : never;
type PathOf<P extends ReadPath> = Parameters<P> extends { path: infer Given } ? Omit<Given, 'org'> : object;
type QueryOf<P extends ReadPath> = Parameters<P> extends { query?: infer Given } ? Given : object;

/** What a read answers. */
export type Answer<P extends ReadPath> =
  GetOf<P> extends {
    responses: { 200: { content: { 'application/json': infer Body } } };
  }
    ? Body
    : never;

export interface Asked<P extends ReadPath> {
  path?: PathOf<P>;
  query?: Partial<NonNullable<QueryOf<P>>>;
}

interface Options {
  /** Not yet, when false. */
  enabled?: boolean;
  /** Shows what was there while another answer is on its way: for filters. */
  keep?: boolean;
}

/** Everything that was read of an organization; what a new revision makes old. */
export const organizationKey = (org: string) => ['org', org] as const;

export function readKey<P extends ReadPath>(org: string, asOf: string | undefined, path: P, asked: Asked<P>) {
  return [...organizationKey(org), asOf ?? 'now', path, asked.path ?? {}, asked.query ?? {}] as const;
}

/** Reads once, outside of a component. */
export async function read<P extends ReadPath>(
  org: string,
  asOf: string | undefined,
  path: P,
  asked: Asked<P> = {},
  signal?: AbortSignal,
): Promise<Answer<P>> {
  const params = {
    path: { org, ...(asked.path ?? {}) },
    query: { ...(asOf ? { as_of: asOf } : {}), ...(asked.query ?? {}) },
  };
  // The types of a path that is only known by its parameter are beyond what the client can follow.
  const get = client.GET as unknown as (
    path: string,
    init: object,
  ) => Promise<{ data?: Answer<P>; error?: unknown; response: Response }>;
  return must(get(path, { params, signal }));
}

export function useRead<P extends ReadPath>(path: P, asked: Asked<P> = {}, options: Options = {}) {
  const { org, asOf } = useHere();
  return useQuery({
    queryKey: readKey(org, asOf, path, asked),
    queryFn: ({ signal }) => read(org, asOf, path, asked, signal),
    enabled: options.enabled ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  });
}

type ListPath = {
  [P in ReadPath]: Answer<P> extends { items: unknown[]; next: unknown } ? P : never;
}[ReadPath];
type Item<P extends ListPath> = Answer<P> extends { items: (infer Of)[] } ? Of : never;

/** So many rows are asked for at a time. */
const PAGE = 200;

/** A list in pages; `more` brings the next one, if there is one. */
export function useList<P extends ListPath>(
  path: P,
  asked: Asked<P> = {},
  options: Options & { page?: number } = {},
) {
  const { org, asOf } = useHere();
  const limit = options.page ?? PAGE;
  const pages = useInfiniteQuery({
    queryKey: [...readKey(org, asOf, path, asked), 'pages', limit],
    queryFn: ({ pageParam, signal }) => read(org, asOf, path, paged(asked, path, pageParam, limit), signal),
    initialPageParam: null as string | number | null,
    getNextPageParam: (last) => (last as { next: string | number | null }).next ?? undefined,
    enabled: options.enabled ?? true,
    ...(options.keep === false ? {} : { placeholderData: keepPreviousData }),
  });
  const items = useMemo(
    () => (pages.data?.pages ?? []).flatMap((page) => (page as { items: Item<P>[] }).items),
    [pages.data],
  );
  return {
    items,
    error: pages.error,
    isLoading: pages.isLoading,
    isStale: pages.isPlaceholderData,
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    more: () => {
      if (pages.hasNextPage && !pages.isFetchingNextPage) pages.fetchNextPage();
    },
    retry: () => pages.refetch(),
  };
}

/** The question for one page. Lists go on at a cursor; the log at a revision. */
function paged<P extends ReadPath>(
  asked: Asked<P>,
  path: P,
  next: string | number | null,
  limit: number,
): Asked<P> {
  const on = next === null ? {} : path.endsWith('/changes') ? { from: next } : { cursor: next };
  return { ...asked, query: { ...asked.query, ...on, limit } as unknown as NonNullable<Asked<P>['query']> };
}

/** Asks again for all that is on the screen: something has changed. */
export function refresh(queries: QueryClient, org: string): Promise<void> {
  return queries.invalidateQueries({ queryKey: organizationKey(org) });
}

/** Changes the items of every list of this path that was read, whatever its filters: for guesses. */
export function changeItems<P extends ListPath>(
  queries: QueryClient,
  org: string,
  path: P,
  change: (items: Item<P>[]) => Item<P>[],
): void {
  type Page = { items: Item<P>[] };
  const of = (page: Page): Page => ({ ...page, items: change(page.items) });
  const isOf = (key: readonly unknown[]) => key[0] === 'org' && key[1] === org && key[3] === path;
  queries.setQueriesData<Page | { pages: Page[] }>({ predicate: (query) => isOf(query.queryKey) }, (data) => {
    if (!data) return data;
    return 'pages' in data ? { ...data, pages: data.pages.map(of) } : of(data);
  });
}

/** Changes one thing of this path that was read: for guesses. */
export function changeOne<P extends ReadPath>(
  queries: QueryClient,
  org: string,
  path: P,
  which: PathOf<P>,
  change: (thing: Answer<P>) => Answer<P>,
): void {
  const key = JSON.stringify(which);
  const isIt = (of: readonly unknown[]) =>
    of[0] === 'org' && of[1] === org && of[3] === path && JSON.stringify(of[4]) === key;
  queries.setQueriesData<Answer<P>>({ predicate: (query) => isIt(query.queryKey) }, (thing) =>
    thing === undefined ? thing : change(thing),
  );
}
