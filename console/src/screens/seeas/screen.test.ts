import { expect, test } from 'vitest';
import { areaOf, byArea, type ControlShown, countsOf, labelOf, pairs } from './screen';

const control = (
  id: string,
  state: ControlShown['presentation']['state'],
  more: Partial<ControlShown> = {},
): ControlShown => ({
  permission: `p/${id}`,
  title: id,
  on: [],
  applies: true,
  outcome: state === 'enabled' ? 'allow' : 'deny',
  reason: state === 'enabled' ? 'granted' : 'no_role',
  message: '',
  presentation: { state },
  ...more,
});

test('areas come in their order, and what has none at the end', () => {
  const area = (id: string) => ({ area: { id, title: id.toUpperCase() } });
  const items = [
    control('x', 'hidden'),
    control('a', 'enabled', area('one')),
    control('b', 'enabled', area('two')),
  ];
  const areas = byArea([...items, control('c', 'hidden', area('one'))], areaOf);
  expect(areas.map((one) => [one.title, one.items.map((item) => item.title)])).toEqual([
    ['ONE', ['a', 'c']],
    ['TWO', ['b']],
    [undefined, ['x']],
  ]);
});

test('every state is counted, and a replaced control is called what stands there', () => {
  const replaced = control('publish', 'replaced', { replacement_title: 'Submit' });
  expect(countsOf([control('a', 'enabled'), control('b', 'hidden'), replaced])).toEqual({
    enabled: 1,
    replaced: 1,
    read_only: 0,
    disabled: 0,
    hidden: 1,
  });
  expect(labelOf(replaced)).toBe('Submit');
  expect(labelOf(control('a', 'enabled'))).toBe('a');
});

test('side by side, only what the eyes find differs, not why', () => {
  const first = [control('a', 'enabled'), control('b', 'hidden'), control('c', 'enabled')];
  const second = [
    control('a', 'enabled', { outcome: 'needs_approval' }),
    control('b', 'hidden', { reason: 'not_reached' }),
    control('c', 'disabled'),
  ];
  expect(pairs(first, second).map((pair) => [pair.first.title, pair.differs])).toEqual([
    ['a', true],
    ['b', false],
    ['c', true],
  ]);
  expect(pairs(first, second.slice(0, 1))).toHaveLength(1);
});
