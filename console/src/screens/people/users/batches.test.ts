import { expect, test } from 'vitest';
import { Problem } from '~/api/problem';
import type { Command, Done } from '~/api/types';
import { chunks, inBatches, TOGETHER } from './batches';

const command = (id: number): Command => ({
  command: 'set_user_status',
  id: `u${id}`,
  status: 'suspended',
});
const many = (count: number) => Array.from({ length: count }, (_, index) => command(index));
const idOf = (one: Command) => ('id' in one ? one.id : '');
const answer: Done = { applied: true, effects: null, plan: [], revision: 1, secrets: [], warnings: [] };
const watching = { step: () => {}, stopped: () => false };

test('all go through in as few steps as may be', async () => {
  const sizes: number[] = [];
  const outcome = await inBatches(
    many(1200),
    async (some) => {
      sizes.push(some.length);
      return answer;
    },
    watching,
  );
  expect(sizes).toEqual([TOGETHER, TOGETHER, 200]);
  expect(outcome.accepted).toHaveLength(1200);
  expect(outcome.left).toEqual([]);
});

test('those to blame are found, and the others are carried out', async () => {
  const bad = new Set(['u3', 'u77', 'u78', 'u1100']);
  const outcome = await inBatches(
    many(1200),
    async (some) => {
      if (some.some((one) => bad.has(idOf(one)))) throw new Problem(422, { code: 'refused', detail: 'no' });
      return answer;
    },
    watching,
  );
  expect(new Set(outcome.refused.map((one) => idOf(one.command)))).toEqual(bad);
  expect(outcome.accepted).toHaveLength(1196);
  expect(outcome.refused[0]?.why).toBe('no');
});

test('a server that does not answer ends it, and what is left is known', async () => {
  let calls = 0;
  const outcome = await inBatches(
    many(1200),
    async () => {
      calls += 1;
      if (calls === 2) throw Problem.unreachable();
      return answer;
    },
    watching,
  );
  expect(outcome.accepted).toHaveLength(500);
  expect(outcome.left).toHaveLength(700);
  expect(outcome.refused).toEqual([]);
  expect(outcome.error).toBeInstanceOf(Problem);
});

test('stopping leaves the rest alone', async () => {
  let stopped = false;
  const outcome = await inBatches(
    many(1200),
    async () => {
      stopped = true;
      return answer;
    },
    { step: () => {}, stopped: () => stopped },
  );
  expect(outcome.accepted).toHaveLength(500);
  expect(outcome.left).toHaveLength(700);
});

test('progress only grows, up to all of them', async () => {
  const told: number[] = [];
  await inBatches(
    many(3),
    async (some) => {
      if (some.length > 1) throw new Problem(403, { code: 'refused' });
      return answer;
    },
    { step: (settled) => told.push(settled), stopped: () => false },
  );
  expect(told.at(-1)).toBe(3);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
});

test('parts of a list', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunks([], 2)).toEqual([]);
});
