import { useTranslation } from 'react-i18next';
import type { User } from '~/api/types';
import { StateBadge } from '~/parts/Refs';

const COLORS = { active: 'green', invited: 'blue', suspended: 'yellow', deactivated: 'gray' } as const;

/** Where somebody stands, in a word. */
export function StatusBadge({ status }: { status: User['status'] }) {
  const { t } = useTranslation('people');
  return <StateBadge color={COLORS[status]}>{t(`status.${status}`)}</StateBadge>;
}
