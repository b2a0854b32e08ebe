/** Reads the table of a product as of now, or as of the instant that is compared with. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { read, readKey } from '~/api/read';
import { useHere } from '~/app/here';
import { tableOf } from './model';

const PATH = '/v1/orgs/{org}/matrix/table' as const;

export function useTable(product: string | undefined, at: string | undefined) {
  const { org } = useHere();
  const asked = { query: { product: product ?? '' } };
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: readKey(org, at, PATH, asked),
    queryFn: ({ signal }) => read(org, at, PATH, asked, signal),
    enabled: product !== undefined,
  });
  const table = useMemo(() => (data ? tableOf(data) : undefined), [data]);
  return { table, error, isLoading, retry: () => void refetch() };
}
