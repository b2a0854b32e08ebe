import { expect, test } from 'vitest';
import { changed, flat, linesOf, readValue } from './properties';

test('what is typed is read as what it looks like', () => {
  expect(readValue('pixel')).toBe('pixel');
  expect(readValue(' 12 ')).toBe(12);
  expect(readValue('true')).toBe(true);
  expect(readValue('truely')).toBe('truely');
  expect(readValue('2 shops')).toBe('2 shops');
  expect(readValue('{"advanced_spire":true}')).toEqual({ advanced_spire: true });
  expect(readValue('"5001"')).toBe('5001');
});

test('a text that looks like a number stays a text on its way through the form', () => {
  const before = { order_number: '5001', kind: 'web', on: true, quoted: '"a"' };
  expect(changed(before, linesOf(before))).toEqual({});
});

test('only what was changed is sent, and what is gone is taken away', () => {
  const before = { a: 'x', b: 1, c: [1] };
  const lines = [
    { name: 'a', value: 'y' },
    { name: 'c', value: '[1]' },
    { name: 'd', value: 'new' },
    { name: '', value: 'nameless' },
  ];
  expect(changed(before, lines)).toEqual({ a: 'y', d: 'new', b: null });
});

test('facts within facts are named in whole', () => {
  expect(flat({ features: { spire: true, more: { x: 1 } }, list: [1], none: {} })).toEqual([
    ['features.spire', true],
    ['features.more.x', 1],
    ['list', [1]],
    ['none', {}],
  ]);
});
