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
import { type PresentationState, stateIcon } from '~/parts/Decision';
import type { CellOutcome } from './model';

const SIGNS: Record<Exclude<CellOutcome, 'deny'>, Icon> = {
  allow: IconCheck,
  limited: IconCircleHalf2,
  needs_approval: IconUserCheck,
  conditional: IconGitBranch,
};

/** What a screen shows without a permission; nothing where the product does not say it. */
export type Denied = PresentationState | null | undefined;

export function signOf(outcome: CellOutcome, denied: Denied): Icon {
  if (outcome !== 'deny') return SIGNS[outcome];
  return denied ? stateIcon(denied) : IconMinus;
}

export const CellMark = memo(function CellMark({
  outcome,
  denied,
}: {
  outcome: CellOutcome;
  denied: Denied;
}) {
  const Sign = signOf(outcome, denied);
  return (
    <span className="mark" data-outcome={outcome} aria-hidden>
      <Sign size={16} stroke={outcome === 'allow' ? 2.4 : 1.8} />
    </span>
  );
});
