import { expect, test } from 'vitest';
import type { PermissionShown, ProductWhole } from '~/api/types';
import { layout } from './Circles';
import { shares } from './CompareRoles';
import { linesOf } from './CompareTable';
import {
  bodyOf,
  bookOf,
  type Draft,
  difference,
  draftOf,
  emptyDraft,
  give,
  idFrom,
  onlyByBundle,
  outcome,
  type Parts,
  startOutcome,
  takeAway,
  termsKey,
  unrolled,
} from './draft';
import { cellOf, featuresOf, placeTypes, toggleCell } from './features';
import { namedOf } from './RoleGrants';
import { sorted } from './rules';
import type { GrantShown } from './types';

const permission = (id: string, implies: string[] = [], on = ['search/index']): PermissionShown => ({
  id,
  title: id,
  description: '',
  area: null,
  on,
  implies,
  when_denied: '',
  control: null,
  approved_by: null,
});

const product: ProductWhole = {
  id: 'search',
  title: 'Search',
  version: 1,
  description: '',
  customizable: false,
  custom_roles: true,
  areas: [],
  resource_types: [
    { id: 'search/index', title: 'Index', parents: ['instance'], refines: false },
    { id: 'search/pod', title: 'Pod', parents: ['search/index'], refines: false },
  ],
  permissions: [
    permission('indexes.view'),
    permission('rules.create'),
    permission('rules.delete'),
    permission('all_rules.edit', ['rules.create', 'rules.delete']),
    permission('content.create'),
    permission('content.edit'),
    permission('pods.edit', [], ['search/pod']),
    permission('keys.manage', [], ['instance']),
  ],
  seat_pools: [],
};

const granted = (id: string, more: Partial<GrantShown> = {}): GrantShown => ({
  permission: `search/${id}`,
  title: id,
  from: 'default',
  ...more,
});

const parts = (base: GrantShown[] = [], forbidden: string[] = []): Parts => ({
  book: bookOf(product),
  base,
  included: [],
  forbidden: new Set(forbidden),
});

const draft = (more: Partial<Draft> = {}): Draft => ({ ...emptyDraft('search'), ...more });
const given = (one: Draft, with_: Parts) => [...outcome(one, with_).keys()].sort();

test('an id is made of the title, whatever is in it', () => {
  expect(idFrom('North America Team')).toBe('north_america_team');
  expect(idFrom('  Größe & Maß (Köln)! ')).toBe('grosse_mass_koln');
  expect(idFrom('…')).toBe('');
});

test('a bundle gives its acts, and an act alone does not give the bundle', () => {
  const bundle = give(draft(), 'all_rules.edit', parts());
  expect(given(bundle, parts())).toEqual(['all_rules.edit', 'rules.create', 'rules.delete']);
  expect(onlyByBundle(outcome(bundle, parts()).get('rules.create'))).toBe('all_rules.edit');
  expect(given(give(draft(), 'rules.create', parts()), parts())).toEqual(['rules.create']);
});

const base = [
  granted('all_rules.edit'),
  granted('rules.create', { implied_by: 'search/all_rules.edit' }),
  granted('rules.delete', { implied_by: 'search/all_rules.edit' }),
  granted('content.edit', { when: 'resource.open' }),
];

test('taking an act away takes the bundle that is no longer whole, and giving the bundle brings both back', () => {
  const copy = draft({ start: { duplicate: 'default' } });
  const less = takeAway(copy, 'rules.delete', parts(base));
  expect(less.without).toEqual(['rules.delete']);
  expect(given(less, parts(base))).toEqual(['content.edit', 'rules.create']);
  const back = give(less, 'all_rules.edit', parts(base));
  expect(back).toEqual(copy);
});

test('what was added is dropped, not named as taken away', () => {
  const more = give(draft({ start: { duplicate: 'default' } }), 'keys.manage', parts(base));
  expect(more.grants).toEqual([{ permission: 'keys.manage' }]);
  expect(takeAway(more, 'keys.manage', parts(base))).toEqual(draft({ start: { duplicate: 'default' } }));
});

test('everything is everything but what is forbidden, with the bundles that hold it', () => {
  const all = given(draft({ start: 'all' }), parts([], ['rules.delete']));
  expect(all).not.toContain('rules.delete');
  expect(all).not.toContain('all_rules.edit');
  expect(all).toContain('rules.create');
});

test('the difference from the start names what came, what went and what changed its terms', () => {
  const now = draft({
    start: { duplicate: 'default' },
    without: ['all_rules.edit'],
    grants: [{ permission: 'content.edit' }, { permission: 'pods.edit', within: 'search/index:a' }],
  });
  expect(difference(startOutcome(now, parts(base)), outcome(now, parts(base)))).toEqual({
    added: ['pods.edit'],
    removed: ['all_rules.edit'],
    changed: ['content.edit'],
  });
});

test('a copy made its own keeps its terms, and says what it cannot keep', () => {
  const copy = draft({ start: { duplicate: 'default' }, without: ['rules.delete'] });
  const limited = granted('keys.manage', { limit: { id: 'some', text: 'some' } });
  const { draft: own, lost } = unrolled(copy, parts([...base, limited]));
  expect(lost).toEqual(['keys.manage']);
  expect(own.start).toBe('none');
  expect(own.grants).toEqual([
    { permission: 'rules.create' },
    { permission: 'content.edit', when: 'resource.open' },
  ]);
});

test('what is saved is read back as it was', () => {
  const one = draft({
    id: 'x',
    title: 'X',
    instances: ['instance:a'],
    grants: [{ permission: 'pods.edit' }],
  });
  expect(draftOf({ id: 'search/x', ...bodyOf(one) })).toEqual(one);
});

test('terms are equal whatever the order, and nothing is nothing', () => {
  expect(termsKey({ related: ['a', 'b'] })).toBe(termsKey({ related: ['b', 'a'], when: null, requires: [] }));
  expect(termsKey({ within: 'a:b' })).not.toBe(termsKey({}));
});

test('the columns are bundles, things with their acts, and nothing that everybody has', () => {
  const features = featuresOf(product, 'search/index', new Set(['indexes.view']), false);
  expect(features.map((one) => [one.id, one.permissions.length])).toEqual([
    ['all_rules.edit', 1],
    ['pods', 1],
    ['content', 2],
  ]);
  expect(featuresOf(product, 'search/index', new Set(), true)).toHaveLength(7);
  expect(placeTypes(product).map((one) => one.id)).toEqual(['search/index', 'search/pod']);
});

const place = (id: string) => ({
  id,
  parent: 'instance:a',
  properties: {},
  product: 'search',
  has_children: false,
  seen: 'people' as const,
});

test('a cell is given here, in part, or from above', () => {
  const content = featuresOf(product, 'search/index', new Set(), false).find((one) => one.id === 'content');
  if (!content) throw new Error('no such column');
  const here = toggleCell(draft(), content, 'search/index:a', true);
  expect(here.grants).toEqual([
    { permission: 'content.create', within: 'search/index:a' },
    { permission: 'content.edit', within: 'search/index:a' },
  ]);
  const cell = (one: Draft, at: string | null) =>
    cellOf(outcome(one, parts()), content, at ? place(at) : null);
  expect(cell(here, 'search/index:a')).toMatchObject({ given: 2, of: 2, above: false });
  expect(cell(here, 'search/index:b').given).toBe(0);
  expect(cell(here, null).given).toBe(0);
  const everywhere = toggleCell(here, content, null, true);
  expect(cell(everywhere, 'search/index:b')).toMatchObject({ given: 2, above: true });
  expect(toggleCell(here, content, 'search/index:a', false)).toEqual(draft());
  const half = { ...here, grants: here.grants.slice(0, 1) };
  expect(cell(half, 'search/index:a')).toMatchObject({ given: 1, of: 2 });
});

test('each refusal goes to the permission that it names', () => {
  const refusal = (code: string, message: string) => ({ code, message, rule: '', instead: null });
  const rules = sorted(
    ['pages.edit', 'pages.publish', 'users.manage'],
    [
      refusal('forbidden_permission', '`pages.publish` cannot be part of a custom role'),
      refusal('escalation', '`search/t` would grant `search/users.manage` at `instance:a`'),
      refusal('no_authority', 'may not do this'),
    ],
  );
  expect([...rules.barred.keys()]).toEqual(['pages.publish', 'users.manage']);
  expect([...rules.forbidden]).toEqual(['pages.publish']);
});

test('acts stand with their bundle, and alone where their terms differ', () => {
  const named = namedOf([
    granted('all_rules.edit'),
    granted('rules.create', { implied_by: 'search/all_rules.edit' }),
    granted('rules.delete', { implied_by: 'search/all_rules.edit', within: 'search/index:a' }),
  ]);
  expect(named.map((one) => [one.grant.title, one.acts.length])).toEqual([
    ['all_rules.edit', 1],
    ['rules.delete', 0],
  ]);
});

test('roles side by side differ where one lacks a permission or has it under other terms', () => {
  const lines = linesOf(
    [granted('pods.edit'), granted('content.edit')],
    [granted('content.edit', { within: 'search/index:a' }), granted('keys.manage')],
  );
  expect(lines.map((one) => [one.title, one.first.length, one.second.length, one.alike])).toEqual([
    ['pods.edit', 1, 0, false],
    ['content.edit', 1, 1, false],
    ['keys.manage', 0, 1, false],
  ]);
  const alone = { ...granted('pods.edit'), other_terms: false };
  const other = { ...granted('content.edit'), other_terms: true };
  expect(shares({ common: 3, only_first: [alone, other], only_second: [other] })).toEqual({
    left: 1,
    right: 0,
    both: 3,
    terms: 1,
  });
});

test('the circles lie apart, over each other, and one in the other', () => {
  const apart = layout(5, 0, 5);
  expect(apart.second.x - apart.first.x).toBeGreaterThan(apart.first.r + apart.second.r);
  const inside = layout(5, 7, 0);
  expect(inside.second.x + inside.second.r).toBeLessThanOrEqual(inside.first.x + inside.first.r + 0.01);
  expect(inside.at.left).toBeLessThan(inside.at.both);
  const same = layout(0, 4, 0);
  expect(same.first).toEqual(same.second);
});
