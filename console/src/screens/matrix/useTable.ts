/** Reads the table of a product as of now, or as of the instant that is compared with. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { read, readKey } from '~/api/read';
import { type RoleShown, splitRole } from '~/api/types';
import { useHere } from '~/app/here';
import { type Cells, cellsOf } from './model';

/** So many custom roles get columns of their own at most. */
const CUSTOM = 60;

interface Read {
  cells: Cells | undefined;
  roles: RoleShown[];
  isLoading: boolean;
  error: Error | null;
  retry: () => void;
}

export function useTable(product: string | undefined, at: string | undefined): Read {
  const { org } = useHere();
  const wanted = product ?? '';
  const enabled = product !== undefined;
  const query = { query: { product: wanted } };
  const many = { query: { product: wanted, limit: 1000 } };
  const matrix = useQuery({
    queryKey: readKey(org, at, '/v1/orgs/{org}/matrix', query),
    queryFn: ({ signal }) => read(org, at, '/v1/orgs/{org}/matrix', query, signal),
    enabled,
  });
  const roles = useQuery({
    queryKey: readKey(org, at, '/v1/orgs/{org}/roles', many),
    queryFn: ({ signal }) => read(org, at, '/v1/orgs/{org}/roles', many, signal),
    enabled,
  });
  const items = roles.data?.items;
  const own = (items ?? []).filter((role) => role.type === 'custom').slice(0, CUSTOM);
  const custom = useQueries({
    queries: own.map((role) => {
      const [of, id] = splitRole(role.id);
      const asked = { path: { product: of, role: id } };
      return {
        queryKey: readKey(org, at, '/v1/orgs/{org}/roles/{product}/{role}', asked),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          read(org, at, '/v1/orgs/{org}/roles/{product}/{role}', asked, signal),
      };
    }),
    combine: (answers) => ({
      waiting: answers.some((one) => one.isLoading),
      roles: answers.flatMap((one) => (one.data ? [one.data] : [])),
    }),
  });
  const data = matrix.data;
  const ready = data !== undefined && items !== undefined && !custom.waiting;
  const whole = custom.roles;
  const cells = useMemo(() => (ready ? cellsOf(data, whole) : undefined), [ready, data, whole]);
  return {
    cells,
    roles: (items ?? []).filter((role) => role.type === 'system' || own.includes(role)),
    isLoading: enabled && !cells && !matrix.error && !roles.error,
    error: matrix.error ?? roles.error,
    retry: () => {
      void matrix.refetch();
      void roles.refetch();
    },
  };
}
