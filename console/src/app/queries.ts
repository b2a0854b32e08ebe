import { QueryClient } from '@tanstack/react-query';
import { asProblem } from '~/api/problem';

/** The stream says when something is old; until then what was read is good. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && asProblem(error).passing,
    },
  },
});
