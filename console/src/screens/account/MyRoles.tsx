/** What I hold, where, and where it comes from. */
import { Text } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { HeldRole } from '~/api/types';
import { useHere } from '~/app/here';
import { reasonText } from '~/parts/Decision';
import { RoleLink, ScopeName, StateBadge, SubjectName } from '~/parts/Refs';
import { When } from '~/parts/When';
import { Part } from './Account';

export function MyRoles() {
  const { t } = useTranslation('account');
  const { me } = useHere();
  const given = me.assignments.filter((held) => !held.baseline);
  const everybody = me.assignments.filter((held) => held.baseline);
  return (
    <Part title={t('roles.title')} lead={t('roles.lead')}>
      {given.length === 0 ? <Text size="sm">{t('roles.none')}</Text> : null}
      <ul className="account-lines">
        {given.map((held) => (
          <Held key={held.role + held.scope + held.path.subjects.join()} held={held} />
        ))}
      </ul>
      {everybody.length > 0 ? (
        <Text size="xs" c="dimmed">
          {t('roles.baseline', { roles: everybody.map((held) => held.title).join(', ') })}
        </Text>
      ) : null}
    </Part>
  );
}

function Held({ held }: { held: HeldRole }) {
  const { t } = useTranslation('account');
  const through = held.path.subjects.slice(1);
  return (
    <li>
      <RoleLink role={held.role} />
      <ScopeName scope={held.scope} />
      <span className="end">
        {held.state === 'dormant' ? <StateBadge color="yellow">{t('roles.dormant')}</StateBadge> : null}
        {held.expires ? (
          <span className="faint">
            {t('roles.ends')} <When at={held.expires} />
          </span>
        ) : null}
      </span>
      <span className="why faint">
        {through.length === 0 ? t('roles.direct') : t('roles.through')}
        {through.map((subject, index) => (
          <span key={subject} className="through">
            {index > 0 ? <IconChevronRight size={12} aria-hidden /> : null}
            <SubjectName subject={subject} />
          </span>
        ))}
        {held.state === 'dormant' && held.reason ? ` · ${held.detail ?? reasonText(held.reason)}` : null}
      </span>
    </li>
  );
}
