/** What a draft is judged by, read from the server: the product's permissions, what the start gives, what is included. */
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useRoles } from '~/api/names';
import { read, readKey, useRead } from '~/api/read';
import type { ProductWhole } from '~/api/types';
import { useHere } from '~/app/here';
import { bookOf, copyOf, type Draft, local, type Parts } from './draft';
import { type Barred, useBarred, useStarts } from './rules';

import type { Refusal } from './types';

const ROLE = '/v1/orgs/{org}/roles/{product}/{role}';

export interface Workshop {
  parts: Parts;
  /** What every user has in the product anyhow. */
  everyone: ReadonlySet<string>;
  rules: Barred;
  /** What stands in the way of any role, and of one with everything. */
  starts: { general: Refusal[]; notAll: Refusal | null } | undefined;
  /** What the draft builds on is still being read. */
  isLoading: boolean;
  error: unknown;
}

export function useWorkshop(draft: Draft, product: ProductWhole, fallback: string[]): Workshop {
  const { org, asOf } = useHere();
  const copied = copyOf(draft.start);
  const named = [...(copied ? [copied] : []), ...draft.includes];
  const whole = useQueries({
    queries: named.map((role) => {
      const asked = { path: { product: draft.product, role } };
      return {
        queryKey: readKey(org, asOf, ROLE, asked),
        queryFn: () => read(org, asOf, ROLE, asked),
      };
    }),
  });
  const everyone = useEveryone(draft.product);
  const book = useMemo(() => bookOf(product), [product]);
  const at = draft.instances.length > 0 ? draft.instances : fallback;
  const rules = useBarred(draft.product, book.ids, at);
  const starts = useStarts(draft.product, at);
  const grantsOf = (role: string) => whole[named.indexOf(role)]?.data?.grants ?? [];
  return {
    parts: {
      book,
      base: copied ? grantsOf(copied) : [],
      included: draft.includes.flatMap(grantsOf),
      forbidden: rules.forbidden,
    },
    everyone,
    rules,
    starts: starts.data,
    isLoading: starts.isLoading || whole.some((one) => one.isLoading),
    error: whole.find((one) => one.error)?.error ?? null,
  };
}

/** The permissions of the role that every user has without an assignment, if the product has one. */
function useEveryone(product: string): ReadonlySet<string> {
  const { byRef } = useRoles();
  const there = byRef.has(`${product}/(everyone)`);
  const { data } = useRead(ROLE, { path: { product, role: '(everyone)' } }, { enabled: there });
  return useMemo(() => new Set((data?.grants ?? []).map((grant) => local(grant.permission))), [data]);
}

/** The instances of a product that I may see. */
export function useInstances(product: string | null) {
  return useRead(
    '/v1/orgs/{org}/resources',
    { query: { type: 'instance', parent: `product:${product}`, depth: 1, limit: 1000 } },
    { enabled: product !== null },
  );
}
