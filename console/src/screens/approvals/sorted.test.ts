import { expect, test } from 'vitest';
import { type Approval, isOpen, sorted } from './sorted';

const approval = (id: string, state: Approval['state'], expires: string, expired = false): Approval => ({
  id,
  state,
  expires,
  expired,
  permission: 'commerce/orders.place',
  resource: 'commerce/customer:one',
  subject: 'user:bruno',
});

const all = [
  approval('late', 'pending', '2030-02-01T00:00:00Z'),
  approval('soon', 'pending', '2030-01-01T00:00:00Z'),
  approval('over', 'pending', '2020-01-01T00:00:00Z', true),
  approval('yes', 'approved', '2030-01-05T00:00:00Z'),
];

test('what ends soonest is decided first', () => {
  expect(sorted(all, true).map((one) => one.id)).toEqual(['soon', 'late']);
});

test('what nobody can decide on any more is history', () => {
  expect(sorted(all, false).map((one) => one.id)).toEqual(['yes', 'over']);
  expect(isOpen(approval('over', 'pending', '2020-01-01T00:00:00Z', true))).toBe(false);
});
