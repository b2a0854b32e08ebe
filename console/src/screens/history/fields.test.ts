import { expect, test } from 'vitest';
import { fieldsOf, short } from './fields';

test('only what differs, with the path to it', () => {
  const before = { id: 'ada', name: 'Ada', properties: { team: 'a', floor: 2 } };
  const after = { id: 'ada', name: 'Ada T.', properties: { team: 'a', floor: 3 }, email: 'a@x' };
  expect(fieldsOf(before, after)).toEqual([
    { name: 'name', before: 'Ada', after: 'Ada T.' },
    { name: 'properties.floor', before: 2, after: 3 },
    { name: 'email', before: undefined, after: 'a@x' },
  ]);
});

test('of a list, what came and what went', () => {
  const before = { grants: [{ permission: 'a.view' }, { permission: 'b.view', within: 'x:1' }] };
  const after = { grants: [{ permission: 'a.view' }, { permission: 'c.view' }] };
  expect(fieldsOf(before, after)[0]?.list).toEqual({ gone: ['b.view, within: x:1'], come: ['c.view'] });
});

test('of something new, all that it has; of what is the same, nothing', () => {
  expect(fieldsOf(undefined, { id: 'x', active: true }).map((one) => one.name)).toEqual(['id', 'active']);
  expect(fieldsOf({ id: 'x' }, { id: 'x' })).toEqual([]);
  expect(short({ amount: '2', open: true })).toBe('amount: 2, open: true');
});
