/** What I may administer, place by place. */
import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Me } from '~/api/types';
import { useHere } from '~/app/here';
import { RoleName, ScopeLink } from '~/parts/Refs';
import { Part } from './Account';

/** So many roles are named; the rest is counted. */
const NAMED = 40;

export function MyAuthority() {
  const { t } = useTranslation('account');
  const { me } = useHere();
  return (
    <Part title={t('authority.title')} lead={t('authority.lead')}>
      {me.administers.length === 0 ? <Text size="sm">{t('authority.none')}</Text> : null}
      <ul className="account-lines">
        {me.administers.map((one) => (
          <Place key={one.scope} place={one} />
        ))}
      </ul>
    </Part>
  );
}

function Place({ place }: { place: Me['administers'][number] }) {
  const { t } = useTranslation('account');
  const { t: common } = useTranslation();
  return (
    <li>
      <ScopeLink scope={place.scope} />
      <span className="end faint">
        {place.by.map((role) => (
          <RoleName key={role} role={role} />
        ))}
      </span>
      <Group gap={4} className="why">
        {place.verbs.map((verb) => (
          <Badge key={verb} color="gray.9" size="sm">
            {t(`authority.verbs.${verb}`)}
          </Badge>
        ))}
      </Group>
      {place.assignable.length > 0 ? (
        <details className="why">
          <summary>{t('authority.assignable', { count: place.assignable.length })}</summary>
          <Group gap={10} mt={4}>
            {place.assignable.slice(0, NAMED).map((role) => (
              <span key={role} className="faint">
                <RoleName role={role} />
              </span>
            ))}
            {place.assignable.length > NAMED
              ? common('changes.more', { count: place.assignable.length - NAMED })
              : null}
          </Group>
        </details>
      ) : null}
    </li>
  );
}
