import { expect, test } from 'vitest';
import { flowOf } from './flow';

const step = (kind: 'subject' | 'group' | 'role' | 'grant' | 'scope', title: string) => ({
  kind,
  ref: `x:${title}`,
  title,
});
const answer = (
  outcome: 'allow' | 'deny' | 'needs_approval',
  reason: Parameters<typeof flowOf>[0]['context']['reason'],
  drawn: ReturnType<typeof step>[] | undefined,
) => ({
  subject: 'user:ada',
  subject_title: 'Ada',
  permission: 'p/do',
  permission_title: 'Do',
  resource: 'p/page:home',
  context: {
    outcome,
    reason,
    explanation: {
      ...(drawn ? { path: { steps: [], scope: 'x:y', drawn } } : {}),
      places: [],
      considered: [],
      considered_total: 0,
    },
  },
});
const told = (given: Parameters<typeof flowOf>[0]) =>
  flowOf(given).map((one) => `${one.kind} ${one.title} ${one.state}`);

const held = [step('subject', 'Ada'), step('group', 'g'), step('role', 'r')];

test('what is allowed fits from end to end', () => {
  const way = [...held, step('grant', 'Do'), step('scope', 'site')];
  expect(told(answer('allow', 'granted', way))).toEqual([
    'subject Ada ok',
    'group g ok',
    'role r ok',
    'grant Do ok',
    'scope site ok',
    'resource home ok',
  ]);
});

test('a grant that is not there is drawn as missing, between role and place', () => {
  expect(told(answer('deny', 'permission_not_granted', [...held, step('scope', 'site')]))).toEqual([
    'subject Ada ok',
    'group g ok',
    'role r ok',
    'grant Do missing',
    'scope site after',
    'resource home after',
  ]);
});

test('the place is where it ends if the role is held elsewhere, the grant if a condition is false', () => {
  const way = [...held, step('grant', 'Do'), step('scope', 'other')];
  expect(told(answer('deny', 'not_reached', way)).slice(-3)).toEqual([
    'grant Do ok',
    'scope other broken',
    'resource home after',
  ]);
  expect(told(answer('deny', 'condition_false', way)).slice(-3)).toEqual([
    'grant Do broken',
    'scope other after',
    'resource home after',
  ]);
});

test('without any role there is only who, what is missing, and on what', () => {
  expect(told(answer('deny', 'no_role', undefined))).toEqual([
    'subject Ada ok',
    'role  missing',
    'resource home after',
  ]);
});

test('an approval holds it up, and the rest of the way is there', () => {
  const way = [...held, step('grant', 'Do'), step('scope', 'site')];
  expect(told(answer('needs_approval', 'approval_required', way)).slice(-3)).toEqual([
    'grant Do waiting',
    'scope site ok',
    'resource home ok',
  ]);
});
