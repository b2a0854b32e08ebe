/** The picture of a cell: a sign and a colour. The words stand beside it, or in its label. */
import {
  type Icon,
  IconCheck,
  IconCircleHalf2,
  IconGitBranch,
  IconMinus,
  IconUserCheck,
} from '@tabler/icons-react';
import { memo } from 'react';
import { stateIcon } from '~/parts/Decision';
import type { CellOutcome } from './model';
import { deniedState } from './words';

const SIGNS: Record<Exclude<CellOutcome, 'deny'>, Icon> = {
  allow: IconCheck,
  limited: IconCircleHalf2,
  needs_approval: IconUserCheck,
  conditional: IconGitBranch,
};

export function signOf(outcome: CellOutcome, whenDenied: string): Icon {
  if (outcome !== 'deny') return SIGNS[outcome];
  const state = deniedState(whenDenied);
  return state ? stateIcon(state) : IconMinus;
}

export const CellMark = memo(function CellMark({
  outcome,
  whenDenied,
}: {
  outcome: CellOutcome;
  whenDenied: string;
}) {
  const Sign = signOf(outcome, whenDenied);
  return (
    <span className="mark" data-outcome={outcome} aria-hidden>
      <Sign size={16} stroke={outcome === 'allow' ? 2.4 : 1.8} />
    </span>
  );
});
