import { expect, test } from 'vitest';
import type { AssignmentShown } from '~/api/types';
import { administratorsOf } from './access';

const held = (subject: string, scope: string): AssignmentShown => ({
  subject,
  role: 'admin-center/any',
  scope,
  state: 'active',
});
const products: Record<string, string> = {
  'product:shop': 'shop',
  'product:pim': 'pim',
  'instance:eu': 'shop',
};

test('administrators are told apart by how much of a product is theirs', () => {
  const all = [
    held('user:robin', 'organization:acme'),
    held('user:robin', 'organization:acme'),
    held('user:paula', 'product:shop'),
    held('user:peter', 'product:pim'),
    held('user:ivan', 'instance:eu'),
  ];
  expect(administratorsOf('shop', all, (scope) => products[scope])).toEqual({
    everything: ['user:robin'],
    product: ['user:paula'],
    parts: [{ subject: 'user:ivan', scope: 'instance:eu' }],
  });
});
