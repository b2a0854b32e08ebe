import { expect, test } from 'vitest';
import { contextOf, rowsOf } from './context';
import { type Asked, withNew } from './recent';

test('what reads as JSON is meant so, anything else is a text', () => {
  const rows = [
    { name: ' amount ', value: '250' },
    { name: 'currency', value: 'EUR' },
    { name: 'approval', value: '{"id":"a1"}' },
    { name: '', value: 'left out' },
  ];
  const context = { amount: 250, currency: 'EUR', approval: { id: 'a1' } };
  expect(contextOf(rows)).toEqual(context);
  expect(contextOf(rowsOf(context))).toEqual(context);
  expect(contextOf([{ name: ' ', value: '1' }])).toBeUndefined();
});

test('a question that is asked again moves to the front; the oldest are forgotten', () => {
  const asked = (subject: string): Asked => ({ subject, permission: 'p', resource: 'r', who: '', what: '' });
  const names = (list: Asked[]) => list.map((one) => one.subject).join('');
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map(asked);
  expect(names(withNew(six, asked('c')))).toBe('cabdef');
  expect(names(withNew(six, asked('g')))).toBe('gabcde');
});
