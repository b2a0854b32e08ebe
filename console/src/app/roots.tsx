/** The two routes that everything stands under: the page, and the part of it for those who are signed in. */
import { createRootRoute, createRoute, lazyRouteComponent } from '@tanstack/react-router';

/** The instant that is looked at goes along from page to page. */
export interface EverywhereSearch {
  as_of?: string | undefined;
}

export const rootRoute = createRootRoute();

export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
  validateSearch: (search: Record<string, unknown>): EverywhereSearch => ({ as_of: text(search.as_of) }),
  search: { middlewares: [keepAsOf] },
});

function keepAsOf({
  search,
  next,
}: {
  search: EverywhereSearch;
  next: (search: EverywhereSearch) => EverywhereSearch;
}) {
  const result = next(search);
  return 'as_of' in result || !search.as_of ? result : { ...result, as_of: search.as_of };
}

/** A text of the address, if it is one. Numbers were read as such by the router. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `true` of the address. */
export function flag(value: unknown): true | undefined {
  return value === true || value === 'true' ? true : undefined;
}
