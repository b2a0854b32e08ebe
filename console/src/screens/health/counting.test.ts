import { expect, test } from 'vitest';
import type { AssignmentShown } from '~/api/types';
import { byReason, ending, equalPairs, horizon, instantOf, keysOf, levelsOf, weeks } from './counting';

const NOW = Date.parse('2026-06-01T12:30:00Z');
const held = (expires: string | null, reason?: string): AssignmentShown => ({
  subject: 'user:a',
  role: 'shop/x',
  scope: 'instance:i',
  state: 'active',
  expires,
  ...(reason ? { reason } : {}),
});

test('what has ended is not about to end', () => {
  const items = [
    held('2026-05-31T00:00:00Z'),
    held('2026-06-20T00:00:00Z'),
    held('2026-06-02T00:00:00Z'),
    held(null),
    held('2027-06-02T00:00:00Z'),
  ];
  expect(ending(items, NOW, 7).map((item) => item.expires)).toEqual(['2026-06-02T00:00:00Z']);
  expect(ending(items, NOW, 90)).toHaveLength(2);
  const columns = weeks(items, NOW, (start) => start.toISOString().slice(5, 10));
  expect(columns.map((column) => column.value)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(columns[0]?.label).toBe('06-01');
});

test('the instant of the past is looked ahead from', () => {
  expect(instantOf('2026-01-01T00:00:00Z', NOW)).toBe(Date.parse('2026-01-01T00:00:00Z'));
  expect(instantOf('12', NOW)).toBe(NOW);
  expect(horizon(NOW)).toBe('2026-08-30T13:00:00Z');
});

test('reasons are counted, the most frequent first', () => {
  const items = [held(null, 'a'), held(null, 'b'), held(null, 'b'), held(null)];
  expect(byReason(items)).toEqual([
    ['b', 2],
    ['a', 1],
    ['other', 1],
  ]);
});

test('a pair of equal roles is one finding', () => {
  const pair = { equal: true, included: false };
  expect(
    equalPairs([
      { role: 'p/a', by: 'p/b', ...pair },
      { role: 'p/b', by: 'p/a', ...pair },
      { role: 'p/c', by: 'p/a', equal: false, included: false },
      { role: 'p/d', by: 'p/a', equal: true, included: true },
    ]),
  ).toHaveLength(1);
});

test('keys that do not work any more are not findings', () => {
  const keys = keysOf(
    [
      { id: 'gone', kind: 'secret', revoked: true },
      { id: 'old', kind: 'secret', expires: '2026-01-01T00:00:00Z' },
      { id: 'new', kind: 'public', expires: '2026-07-01T00:00:00Z' },
      { id: 'busy', kind: 'secret', last_used_at: '2026-05-01T00:00:00Z' },
    ],
    NOW,
  );
  expect(keys.working.map((key) => key.id)).toEqual(['new', 'busy']);
  expect(keys.neverUsed.map((key) => key.id)).toEqual(['new']);
  expect(keys.ending.map((key) => key.id)).toEqual(['new']);
  expect(keys.endless.map((key) => key.id)).toEqual(['busy']);
});

test('an administrator stands at the highest role and its reach', () => {
  const role = (id: string, level: number, scope: string) => ({
    role: id,
    title: id,
    level,
    scope,
    verbs: [],
  });
  const one = { title: '', verbs: [], resources: 1, subjects: 1, scopes: [] };
  const { rows, cells } = levelsOf(
    [
      {
        ...one,
        subject: 'user:a',
        roles: [role('shop/admin', 100, 'instance:i'), role('admin-center/top', 90, 'organization:o')],
      },
      { ...one, subject: 'user:b', roles: [role('shop/admin', 100, 'shop/website:w')] },
    ],
    'of products',
  );
  expect(rows).toEqual([
    { id: 'admin-center/top', label: 'admin-center/top' },
    { id: '', label: 'of products' },
  ]);
  expect(cells).toEqual([
    { row: 'admin-center/top', column: 'organization', value: 1 },
    { row: '', column: 'below', value: 1 },
  ]);
});
