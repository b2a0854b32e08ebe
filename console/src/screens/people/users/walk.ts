/** Everyone who fits a filter, page after page. */
import { read } from '~/api/read';
import type { User } from '~/api/types';

/** The server gives so many at a time. */
const PAGE = 1000;

export interface UsersQuery {
  q?: string;
  status?: User['status'];
  product?: string;
  role?: string;
  scope?: string;
  group?: string;
  without_roles?: boolean;
}

export async function everyone(
  org: string,
  asOf: string | undefined,
  query: UsersQuery,
  told: (count: number) => void,
): Promise<User[]> {
  const found: User[] = [];
  let cursor: string | null | undefined;
  do {
    const part = { ...query, limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page = await read(org, asOf, '/v1/orgs/{org}/users', { query: part });
    found.push(...page.items);
    told(found.length);
    cursor = page.next ?? null;
  } while (cursor);
  return found;
}
