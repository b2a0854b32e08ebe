import { useTranslation } from 'react-i18next';
import type { ApiKeyShown } from '~/api/types';
import { StateBadge } from '~/parts/Refs';

/** For servers, or for browsers. */
export function KeyKind({ kind }: { kind: ApiKeyShown['kind'] }) {
  const { t } = useTranslation('people');
  return <StateBadge color={kind === 'public' ? 'blue' : 'gray'}>{t(`keys.kinds.${kind}`)}</StateBadge>;
}

/** Whether it works. */
export function KeyState({ item }: { item: ApiKeyShown }) {
  const { t } = useTranslation('people');
  if (item.revoked) return <StateBadge color="red">{t('keys.states.revoked')}</StateBadge>;
  if (item.expires && Date.parse(item.expires) <= Date.now())
    return <StateBadge color="yellow">{t('keys.states.expired')}</StateBadge>;
  return <StateBadge color="green">{t('keys.states.good')}</StateBadge>;
}
