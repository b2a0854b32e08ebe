/** Decisions as people read them: the outcome, the reason, and what a screen shows. The same on every page. */
import { Badge } from '@mantine/core';
import {
  type Icon,
  IconCheck,
  IconEye,
  IconEyeOff,
  IconLock,
  IconReplace,
  IconUserCheck,
  IconX,
} from '@tabler/icons-react';
import i18n from 'i18next';
import { useTranslation } from 'react-i18next';

export type Outcome = 'allow' | 'needs_approval' | 'deny';
export type PresentationState = 'enabled' | 'hidden' | 'disabled' | 'read_only' | 'replaced';

const OUTCOMES: Record<Outcome, { color: string; icon: Icon }> = {
  allow: { color: 'green.9', icon: IconCheck },
  needs_approval: { color: 'yellow.9', icon: IconUserCheck },
  deny: { color: 'red.9', icon: IconX },
};

/** Colour, sign and word say the same. */
export function OutcomeBadge({ outcome, size = 'md' }: { outcome: Outcome; size?: 'sm' | 'md' | 'lg' }) {
  const { t } = useTranslation('decisions');
  const { color, icon: Sign } = OUTCOMES[outcome];
  return (
    <Badge color={color} size={size} leftSection={<Sign size={13} stroke={2.4} aria-hidden />}>
      {t(`outcomes.${outcome}`)}
    </Badge>
  );
}

/** The sentence for a reason code; the code itself if a newer server has a reason that we do not know. */
export function reasonText(reason: string): string {
  const key = `decisions:reasons.${reason}`;
  return i18n.exists(key) ? String(i18n.t(key as never)) : reason;
}

const STATES: Record<PresentationState, { color: string; icon: Icon }> = {
  enabled: { color: 'green.9', icon: IconCheck },
  hidden: { color: 'gray.9', icon: IconEyeOff },
  disabled: { color: 'gray.9', icon: IconLock },
  read_only: { color: 'blue.9', icon: IconEye },
  replaced: { color: 'yellow.9', icon: IconReplace },
};

export const stateIcon = (state: PresentationState): Icon => STATES[state].icon;

/** What a screen does with a control. */
export function PresentationChip({ state }: { state: PresentationState }) {
  const { t } = useTranslation('decisions');
  const { color, icon: Sign } = STATES[state];
  return (
    <Badge color={color} leftSection={<Sign size={13} stroke={2} aria-hidden />}>
      {t(`states.${state}`)}
    </Badge>
  );
}

/** The same as a sentence; `instead` is the title of what stands in its place. */
export function screenText(state: PresentationState, instead?: string): string {
  const which = state === 'replaced' && !instead ? 'replacedPlain' : state;
  return i18n.t(`screens.${which}`, { ns: 'decisions', instead: instead ?? '' });
}
