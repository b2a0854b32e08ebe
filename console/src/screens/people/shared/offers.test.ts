import { expect, test } from 'vitest';
import { assignableAt, fitsAt, spanning } from './offers';

const role = (product: string, assignable_at: string[] | null, instances: string[] = []) => ({
  product,
  assignable_at,
  instances,
});
const superAdmin = role('admin-center', ['organization']);
const instanceAdmin = role('admin-center', ['instance']);
const user = role('commerce', ['instance', 'commerce/website']);
const creator = role('cmp', null);
const everywhere = spanning([superAdmin, instanceAdmin, user, creator]);
const shop = {
  scope: 'instance:shop',
  ancestors: ['product:commerce', 'organization:x'],
  product: 'commerce',
};

test('only the administrators of all products reach into others', () => {
  expect([...everywhere]).toEqual(['admin-center']);
});

test('a role fits places of its kind, in its product', () => {
  expect(fitsAt(user, shop, everywhere)).toBe(true);
  expect(fitsAt(instanceAdmin, shop, everywhere)).toBe(true);
  expect(fitsAt(superAdmin, shop, everywhere)).toBe(false);
  expect(fitsAt(creator, shop, everywhere)).toBe(false);
  const marketing = { scope: 'instance:marketing', ancestors: ['product:cmp'], product: 'cmp' };
  expect(fitsAt(creator, marketing, everywhere)).toBe(true);
  expect(fitsAt(user, marketing, everywhere)).toBe(false);
});

test('a role of one instance fits only there and below', () => {
  const bound = role('commerce', null, ['instance:shop']);
  const page = { scope: 'commerce/page:home', ancestors: ['instance:shop'], product: 'commerce' };
  expect(fitsAt(bound, page, everywhere)).toBe(true);
  expect(fitsAt(bound, { ...shop, scope: 'instance:other' }, everywhere)).toBe(false);
});

test('what I may give comes from the place and what is above it', () => {
  const me = {
    administers: [
      { scope: 'instance:shop', by: [], verbs: [], assignable: ['commerce/user'] },
      { scope: 'instance:other', by: [], verbs: [], assignable: ['commerce/admin'] },
    ],
  };
  expect([...assignableAt(me, ['commerce/page:home', 'instance:shop'])]).toEqual(['commerce/user']);
});
