/** Writes: commands of the batch operation, decided as one step, tried before they are carried out, and undone after. */
import { client, must } from './client';
import type { Command, Done } from './types';

/** How many people a preview tells about in detail; all are counted. */
const TOLD = 200;

async function batch(org: string, commands: Command[], dryRun: boolean, key?: string): Promise<Done> {
  return must(
    client.POST('/v1/orgs/{org}/batch', {
      params: {
        path: { org },
        query: { dry_run: dryRun, effects_limit: TOLD },
        ...(key ? { header: { 'Idempotency-Key': key } } : {}),
      },
      body: { changes: commands },
    }),
  );
}

/** What would happen; nothing is written. */
export const preview = (org: string, commands: Command[]) => batch(org, commands, true);

/** Carries it out. The key makes a second try of the same click harmless. */
export const carryOut = (org: string, commands: Command[], key: string) => batch(org, commands, false, key);

/** Sets back what an entry of the log did, or tells what that would do. */
export function undo(org: string, revision: number, dryRun: boolean, force = false): Promise<Done> {
  return must(
    client.POST('/v1/orgs/{org}/changes/{revision}/undo', {
      params: { path: { org, revision }, query: { dry_run: dryRun, effects_limit: TOLD } },
      body: { force },
    }),
  );
}
