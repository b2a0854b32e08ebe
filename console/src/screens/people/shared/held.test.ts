import { expect, test } from 'vitest';
import type { HeldRole } from '~/api/types';
import { linesAbout } from './entries';
import { byProduct, originOf } from './held';
import { idOf, isAddress } from './ids';

const held = (role: string, subjects: string[], baseline = false): HeldRole => ({
  role,
  title: role,
  scope: 'product:p',
  baseline,
  path: { subjects, roles: [role], scope: 'product:p' },
  state: 'active',
});

test('what was given comes before what everybody has', () => {
  const all = [
    held('search/viewer', ['user:a'], true),
    held('shop/everybody', ['user:a'], true),
    held('shop/team', ['user:a', 'group:g']),
    held('shop/own', ['user:a']),
  ];
  const groups = byProduct(all);
  expect(groups.map((one) => one.product)).toEqual(['shop', 'search']);
  expect(groups[0]?.held.map((one) => one.role)).toEqual(['shop/own', 'shop/team', 'shop/everybody']);
  expect(groups[0]?.held.map(originOf)).toEqual(['direct', 'group', 'baseline']);
});

test('of a long entry only what is about somebody is told', () => {
  const actor = { kind: 'operator' as const };
  const summary = ['user otto', 'user:otto in group g', 'user ottoline', 'user:ann holds r (for user:otto)'];
  expect(linesAbout({ summary, actor }, 'user:otto')).toEqual([summary[0], summary[1], summary[3]]);
  expect(linesAbout({ summary: ['user ann'], actor }, 'user:otto')).toEqual(['user ann']);
});

test('ids are made of names and addresses', () => {
  expect(idOf('Zoë.Quint@brightwater.example')).toBe('zoe-quint');
  expect(idOf('  Größe & Co  ')).toBe('grosse-co');
  expect(isAddress('a@b.example')).toBe(true);
  expect(isAddress('a b@c')).toBe(false);
});
