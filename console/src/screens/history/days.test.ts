import { expect, test } from 'vitest';
import { byDay, instants } from './days';

const at = (year: number, month: number, day: number) => new Date(year, month - 1, day).toISOString();

test('a day is meant as a whole, where the reader is', () => {
  expect(instants('2026-11-21', '2026-11-21')).toEqual({ since: at(2026, 11, 21), until: at(2026, 11, 22) });
  expect(instants(undefined, '2026-12-31')).toEqual({ until: at(2027, 1, 1) });
});

test('an instant is meant as it is, and what is neither is left out', () => {
  expect(instants('2026-11-21T10:00:00Z', '2026-11-21T11:30:00Z')).toEqual({
    since: '2026-11-21T10:00:00.000Z',
    until: '2026-11-21T11:30:00.000Z',
  });
  expect(instants('yesterday', undefined)).toEqual({});
});

test('entries of one day stand together, in the order in which they came', () => {
  const entries = [
    { time: new Date(2026, 10, 22, 0, 5).toISOString(), n: 4 },
    { time: new Date(2026, 10, 21, 23, 55).toISOString(), n: 3 },
    { time: new Date(2026, 10, 21, 1, 0).toISOString(), n: 2 },
    { time: new Date(2026, 9, 1).toISOString(), n: 1 },
  ];
  const days = byDay(entries);
  expect(days.map((one) => [one.day, one.entries.map((entry) => entry.n)])).toEqual([
    ['2026-11-22', [4]],
    ['2026-11-21', [3, 2]],
    ['2026-10-01', [1]],
  ]);
});
