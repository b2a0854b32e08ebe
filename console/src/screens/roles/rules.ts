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

export interface Barred {
  /** Why a permission cannot be in it. */
  barred: ReadonlyMap<string, Refusal>;
  /** Of those, what no custom role of the product has, whoever makes it. */
  forbidden: ReadonlySet<string>;
}

const NONE: Barred = { barred: new Map(), forbidden: new Set() };

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

const OF_A_WHILE = {
  staleTime: 60_000,
  retry: false,
  placeholderData: <T>(before: T | undefined) => before,
};

/** The quick question: may I make any role there, and one with everything? */
export function useStarts(product: string, instances: string[]) {
  const { org } = useHere();
  return useQuery({
    queryKey: ['role-starts', org, product, instances],
    queryFn: async () => {
      const name = crypto.randomUUID().slice(0, 8);
      const [any, all] = await Promise.all([
        reasons(org, [trial(product, name, body('none', instances, []))]),
        reasons(org, [trial(product, name, body('all', instances, []))]),
      ]);
      return { general: any, notAll: all[0] ?? null };
    },
    ...OF_A_WHILE,
  });
}

/** The long one: which permissions may be in it? */
export function useBarred(product: string, permissions: string[], instances: string[]): Barred {
  const { org } = useHere();
  const { data } = useQuery({
    queryKey: ['role-barred', org, product, permissions.length, instances],
    queryFn: () => ask(org, product, permissions, instances),
    ...OF_A_WHILE,
  });
  return data ?? NONE;
}

/** What is wrong with the form of a role is said before whether I may make it: those that are well-formed are asked again. */
async function ask(
  org: string,
  product: string,
  permissions: string[],
  instances: string[],
): Promise<Barred> {
  const name = crypto.randomUUID().slice(0, 8);
  const each = (some: string[]) =>
    reasons(
      org,
      some.map((permission, at) =>
        trial(product, `${name}_${at}`, body('none', instances, [{ permission }])),
      ),
    );
  const first = sorted(permissions, await each(permissions));
  const rest = permissions.filter((permission) => !first.barred.has(permission));
  if (first.forbidden.size === 0 || rest.length === 0) return first;
  const second = sorted(rest, await each(rest));
  return { barred: new Map([...first.barred, ...second.barred]), forbidden: first.forbidden };
}

/** Puts each reason to the permission that it names. */
export function sorted(permissions: string[], refusals: Refusal[]): Barred {
  const barred = new Map<string, Refusal>();
  for (const refusal of refusals) {
    const named = permissions.find((one) => names(refusal.message, one));
    if (named) barred.set(named, refusal);
  }
  const forbidden = [...barred].filter(([, refusal]) => refusal.code === 'forbidden_permission');
  return { barred, forbidden: new Set(forbidden.map(([permission]) => permission)) };
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
  return wrong ? wrong.message.slice(wrong.message.indexOf(': ') + 2) : null;
}
