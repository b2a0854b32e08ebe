/** The way from somebody to something, step by step, and where it ends if it does not get there. */
import { split } from '~/api/types';
import type { Explained } from './question';

export type StepKind = 'subject' | 'group' | 'role' | 'included_role' | 'grant' | 'scope' | 'resource';
export type StepState = 'ok' | 'broken' | 'missing' | 'waiting' | 'after';

export interface Step {
  kind: StepKind;
  ref: string;
  title: string;
  state: StepState;
}

/** At which kind of step a reason lies, and whether that step is there at all. */
const ENDS: Record<string, { at: StepKind; state: StepState }> = {
  unknown_subject: { at: 'subject', state: 'broken' },
  subject_inactive: { at: 'subject', state: 'broken' },
  key_revoked: { at: 'subject', state: 'broken' },
  key_expired: { at: 'subject', state: 'broken' },
  origin_not_allowed: { at: 'subject', state: 'broken' },
  no_role: { at: 'role', state: 'missing' },
  expired: { at: 'role', state: 'broken' },
  not_started: { at: 'role', state: 'broken' },
  role_not_public: { at: 'role', state: 'broken' },
  role_inactive: { at: 'role', state: 'broken' },
  refined_away: { at: 'role', state: 'broken' },
  permission_not_granted: { at: 'grant', state: 'missing' },
  condition_error: { at: 'grant', state: 'broken' },
  condition_false: { at: 'grant', state: 'broken' },
  over_budget: { at: 'grant', state: 'broken' },
  approval_required: { at: 'grant', state: 'waiting' },
  not_reached: { at: 'scope', state: 'broken' },
};

const ORDER: StepKind[] = ['subject', 'group', 'role', 'included_role', 'grant', 'scope', 'resource'];
const place = (kind: StepKind) => ORDER.indexOf(kind);

type Parts = Pick<Explained, 'subject' | 'subject_title' | 'permission' | 'permission_title' | 'resource'> & {
  context: Pick<Explained['context'], 'outcome' | 'reason' | 'explanation'>;
};

export function flowOf(answer: Parts): Step[] {
  const { outcome, reason, explanation } = answer.context;
  const drawn = explanation?.path?.drawn ?? [];
  const steps: Step[] = drawn.map(({ kind, ref, title }) => ({ kind, ref, title, state: 'ok' }));
  if (steps.length === 0)
    steps.push({ kind: 'subject', ref: answer.subject, title: answer.subject_title, state: 'ok' });
  const [, id] = split(answer.resource);
  // Where the role is held at the very thing, both are one.
  if (steps.at(-1)?.ref !== answer.resource)
    steps.push({ kind: 'resource', ref: answer.resource, title: id, state: 'ok' });
  const end = outcome === 'allow' ? undefined : ENDS[reason];
  if (!end) return outcome === 'allow' ? steps : steps.map((step) => lastBroken(step));
  const there = steps.some((step) => step.kind === end.at);
  const whole = there ? steps : withMissing(steps, end.at, answer);
  return whole.map((step) => ({ ...step, state: stateOf(step, end) }));
}

/** A reason that we do not know: it does not get there, and nothing more is claimed. */
const lastBroken = (step: Step): Step => (step.kind === 'resource' ? { ...step, state: 'after' } : step);

function withMissing(steps: Step[], at: StepKind, answer: Parts): Step[] {
  const missing: Step =
    at === 'grant'
      ? { kind: at, ref: answer.permission, title: answer.permission_title, state: 'missing' }
      : { kind: at, ref: '', title: '', state: 'missing' };
  const before = steps.filter((step) => place(step.kind) < place(at));
  const after = steps.filter((step) => place(step.kind) > place(at));
  return [...before, missing, ...after];
}

function stateOf(step: Step, end: { at: StepKind; state: StepState }): StepState {
  if (step.kind === end.at) return end.state;
  return place(step.kind) < place(end.at) || end.state === 'waiting' ? 'ok' : 'after';
}
