import { expect, test } from 'vitest';
import type { Line } from './model';
import { moved, nearest } from './moves';

const permission = (id: string): Line => ({
  kind: 'permission',
  permission: { permission: id, title: id, on: [] },
});
const area = (id: string): Line => ({ kind: 'area', id, title: id });
const lines = [area('a'), permission('1'), permission('2'), area('b'), permission('3')];
const go = (row: number, column: number, key: string, control = false) =>
  moved({ row, column }, key, control, lines, 3);

test('arrows step over headings and stop at the ends', () => {
  expect(go(2, 1, 'ArrowDown')).toEqual({ row: 4, column: 1 });
  expect(go(4, 1, 'ArrowUp')).toEqual({ row: 2, column: 1 });
  expect(go(1, 1, 'ArrowUp')).toEqual({ row: 1, column: 1 });
  expect(go(1, 2, 'ArrowRight')).toBeUndefined();
  expect(go(1, 0, 'ArrowRight')).toEqual({ row: 1, column: 1 });
});

test('Home and End go along the row, with Control to the corners', () => {
  expect(go(2, 1, 'Home')).toEqual({ row: 2, column: 0 });
  expect(go(2, 1, 'End')).toEqual({ row: 2, column: 2 });
  expect(go(4, 1, 'Home', true)).toEqual({ row: 1, column: 0 });
  expect(go(1, 0, 'End', true)).toEqual({ row: 4, column: 2 });
  expect(go(1, 0, 'PageDown')).toEqual({ row: 4, column: 0 });
  expect(go(1, 0, 'x')).toBeUndefined();
  expect(nearest(lines, 0, 1)).toBe(1);
});
