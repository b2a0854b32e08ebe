/**
 * Many commands, some at a time. A batch is decided as one step: if it is refused, it is halved until it is known which of
 * its commands are to blame. Those are reported, the others are carried out.
 */
import { asProblem } from '~/api/problem';
import type { Command, Done } from '~/api/types';

/** So many commands go together. */
export const TOGETHER = 500;

export interface Refused {
  command: Command;
  why: string;
}

export interface Outcome {
  /** What the server accepted. */
  accepted: Command[];
  refused: Refused[];
  answers: Done[];
  /** What was not tried any more: somebody stopped it, or the server did not answer. */
  left: Command[];
  error: unknown;
}

interface Watching {
  step: (settled: number) => void;
  stopped: () => boolean;
}

export async function inBatches(
  commands: Command[],
  send: (some: Command[]) => Promise<Done>,
  { step, stopped }: Watching,
): Promise<Outcome> {
  const outcome: Outcome = { accepted: [], refused: [], answers: [], left: [], error: null };
  const waiting = chunks(commands, TOGETHER);
  for (let some = waiting.shift(); some; some = waiting.shift()) {
    if (stopped()) return { ...outcome, left: [some, ...waiting].flat() };
    try {
      outcome.answers.push(await send(some));
      outcome.accepted.push(...some);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.passing || problem.signedOut) return { ...outcome, left: [some, ...waiting].flat(), error };
      const [only, second] = some;
      if (only && !second) outcome.refused.push({ command: only, why: problem.message });
      else waiting.unshift(...chunks(some, Math.ceil(some.length / 2)));
    }
    step(outcome.accepted.length + outcome.refused.length);
  }
  return outcome;
}

export function chunks<T>(all: T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
  return parts;
}
