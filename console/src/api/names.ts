/** Names for people of what the API calls by its reference. All that one screen needs is asked for at once. */
import { useQuery } from '@tanstack/react-query';
import { useHere } from '~/app/here';
import { read, useRead } from './read';
import { type RoleShown, type SubjectRef, split, splitRole } from './types';

type Waiting = { ref: SubjectRef; tell: (name: string | null) => void; fail: (error: unknown) => void };

/** The server takes so many at a time. */
const AT_ONCE = 200;
const waiting = new Map<string, Waiting[]>();

function ask(org: string, asOf: string | undefined, ref: SubjectRef): Promise<string | null> {
  const at = `${org}\n${asOf ?? ''}`;
  return new Promise((tell, fail) => {
    const queue = waiting.get(at) ?? [];
    queue.push({ ref, tell, fail });
    waiting.set(at, queue);
    if (queue.length === 1) setTimeout(() => send(org, asOf, at), 0);
  });
}

async function send(org: string, asOf: string | undefined, at: string) {
  const queue = waiting.get(at) ?? [];
  waiting.delete(at);
  for (let from = 0; from < queue.length; from += AT_ONCE) {
    const some = queue.slice(from, from + AT_ONCE);
    try {
      const refs = [...new Set(some.map((one) => one.ref))].join('\n');
      const { items } = await read(org, asOf, '/v1/orgs/{org}/names', { query: { refs } });
      const names = new Map(items.map((item) => [item.id, item.name ?? null]));
      for (const one of some) one.tell(names.get(one.ref) ?? null);
    } catch (error) {
      for (const one of some) one.fail(error);
    }
  }
}

/** The name of a user, group or API key; its id until that is known, and if it has none. */
export function useName(ref: SubjectRef): string {
  const { org, asOf } = useHere();
  const { data } = useQuery({
    queryKey: ['org', org, asOf ?? 'now', 'name', ref],
    queryFn: () => ask(org, asOf, ref),
    // One reference that names nobody would spoil the answer for all that are asked along with it.
    enabled: split(ref)[1] !== '',
    staleTime: 60_000,
    retry: false,
  });
  return data ?? split(ref)[1];
}

/** All roles that one may see, by reference: they are few, and everywhere. */
export function useRoles(): { byRef: Map<string, RoleShown>; all: RoleShown[]; isLoading: boolean } {
  const { data, isLoading } = useRead('/v1/orgs/{org}/roles', { query: { limit: 1000 } });
  const all = data?.items ?? [];
  return { all, byRef: new Map(all.map((role) => [role.id, role])), isLoading };
}

/** The title of a role. */
export function useRoleTitle(ref: string): string {
  const { byRef } = useRoles();
  return byRef.get(ref)?.title ?? splitRole(ref)[1];
}

/** The title of a product. */
export function useProductTitle(id: string): string {
  const { data } = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  return data?.items.find((product) => product.id === id)?.title ?? id;
}
