/** The one client of the Admin API: types from the server's own document, errors as problems, and nothing else. */
import createClient from 'openapi-fetch';
import { Problem, problemOf } from './problem';
import type { paths } from './schema';

export const client = createClient<paths>({ baseUrl: '', credentials: 'same-origin' });

/** What `client` answers, or a thrown {@link Problem}. */
export async function must<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let settled: Awaited<typeof answer>;
  try {
    settled = await answer;
  } catch {
    throw Problem.unreachable();
  }
  const { data, error, response } = settled;
  if (!response.ok || error !== undefined) throw problemOf(error, response);
  return data as T;
}
