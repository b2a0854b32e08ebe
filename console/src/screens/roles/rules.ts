/**
 * What the server lets into a custom role, asked by trying: one dry run with a role for each permission. It answers every
 * refusal at once, with its reason, for this caller and these instances. Nothing is written.
 */
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { asProblem } from '~/api/problem';
import type { Command } from '~/api/types';
import { preview } from '~/api/write';
import { useHere } from '~/app/here';
import type { CustomGrant, Refusal, RoleBody, Start } from './types';

export interface Rules {
  /** Why a permission cannot be in it. */
  barred: ReadonlyMap<string, Refusal>;
  /** Of those, what no custom role of the product has, whoever makes it. */
  forbidden: ReadonlySet<string>;
  /** What stands in the way of any role. */
  general: Refusal[];
  /** Why it cannot begin with everything. */
  notAll: Refusal | null;
}

const NONE: Rules = { barred: new Map(), forbidden: new Set(), general: [], notAll: null };

const body = (start: Start, instances: string[], grants: CustomGrant[]): RoleBody => ({
  title: 'trial',
  start,
  instances,
  grants,
  includes: [],
  without: [],
});

const trial = (product: string, name: string, what: RoleBody): Command => ({
  command: 'create_role',
  id: `${product}/trial_${name}`,
  body: what,
});

/** All reasons against some commands; none if they would be carried out. */
async function reasons(org: string, commands: Command[]): Promise<Refusal[]> {
  try {
    await preview(org, commands);
    return [];
  } catch (error) {
    const problem = asProblem(error);
    if (problem.refusals.length === 0) throw error;
    return problem.refusals;
  }
}

export function useRules(
  product: string | null,
  permissions: string[],
  instances: string[],
): Rules | undefined {
  const { org } = useHere();
  const { data } = useQuery({
    queryKey: ['role-rules', org, product, permissions.length, instances],
    queryFn: () => ask(org, product ?? '', permissions, instances),
    enabled: product !== null && permissions.length > 0,
    staleTime: 60_000,
    retry: false,
    placeholderData: (before) => before,
  });
  return data;
}

async function ask(org: string, product: string, permissions: string[], instances: string[]): Promise<Rules> {
  const name = crypto.randomUUID().slice(0, 8);
  const one = (permission: string, at: number) =>
    trial(product, `${name}_${at}`, body('none', instances, [{ permission }]));
  const [each, all] = await Promise.all([
    reasons(org, permissions.map(one)),
    reasons(org, [trial(product, name, body('all', instances, []))]),
  ]);
  return sorted(permissions, each, all);
}

/** Puts each reason to the permission that it names. */
export function sorted(permissions: string[], each: Refusal[], all: Refusal[]): Rules {
  const barred = new Map<string, Refusal>();
  const general = new Map<string, Refusal>();
  for (const refusal of each) {
    const named = permissions.find((one) => names(refusal.message, one));
    if (named) barred.set(named, refusal);
    else general.set(refusal.message, refusal);
  }
  const forbidden = [...barred].filter(([, refusal]) => refusal.code === 'forbidden_permission');
  return {
    ...NONE,
    barred,
    forbidden: new Set(forbidden.map(([permission]) => permission)),
    general: [...general.values()],
    notAll: all[0] ?? null,
  };
}

const names = (message: string, permission: string) =>
  message.includes(`\`${permission}\``) || message.includes(`/${permission}\``);

/** What would come of some commands, a moment after somebody stopped typing. */
export function useTrial(commands: Command[] | null) {
  const { org } = useHere();
  const [asked] = useDebouncedValue(commands === null ? '' : JSON.stringify(commands), 400);
  return useQuery({
    queryKey: ['role-trial', org, asked],
    queryFn: () => preview(org, JSON.parse(asked) as Command[]),
    enabled: asked !== '',
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
}

/** What is wrong with one grant, such as a condition that cannot be read. */
export function useGrantTrial(product: string, instances: string[], grant: CustomGrant): string | null {
  const worth = grant.when ? [trial(product, 'condition', body('none', instances, [grant]))] : null;
  const { error } = useTrial(worth);
  if (!error) return null;
  const wrong = asProblem(error).refusals.find((one) => one.message.startsWith('condition of'));
  return wrong?.message ?? null;
}
