/** People without roles, roles that give nothing, and roles that should not be together. */
import { Anchor, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { Bars, PartsBar } from '~/parts/Charts';
import { reasonText } from '~/parts/Decision';
import { RoleLink, RoleName, ScopeName, SubjectLink } from '~/parts/Refs';
import { byReason } from './counting';
import { Finding, Firsts } from './Finding';

const STATUSES = [
  ['active', 'warn'],
  ['invited', 'info'],
  ['suspended', 'soft'],
] as const;

export function WithoutRoles() {
  const { t } = useTranslation('health');
  const asked = useRead('/v1/orgs/{org}/users', { query: { without_roles: true, limit: 1000 } });
  const items = (asked.data?.items ?? []).filter((user) => user.status !== 'deactivated');
  return (
    <Finding
      title={t('without.title')}
      from={[asked]}
      count={items.length}
      more={asked.data?.next != null}
      tone="warn"
      advice={t('without.advice')}
      good={t('without.good')}
    >
      <PartsBar
        label={t('without.title')}
        parts={STATUSES.map(([status, tone]) => ({
          id: status,
          label: t(`statuses.${status}`),
          value: items.filter((user) => user.status === status).length,
          tone,
        }))}
      />
      <Firsts
        items={items}
        id={(user) => user.id}
        line={(user) => (
          <>
            <SubjectLink subject={`user:${user.id}`} />
            <span className="end faint">{user.email}</span>
          </>
        )}
        all={
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/people" search={{ without_roles: true }} {...props} />}
          >
            {t('without.all')}
          </Anchor>
        }
      />
    </Finding>
  );
}

export function Dormant() {
  const { t } = useTranslation('health');
  const asked = useRead('/v1/orgs/{org}/assignments', { query: { dormant: true, limit: 1000 } });
  const items = asked.data?.items ?? [];
  return (
    <Finding
      title={t('dormant.title')}
      from={[asked]}
      count={items.length}
      more={asked.data?.next != null}
      tone="warn"
      advice={t('dormant.advice')}
      good={t('dormant.good')}
    >
      <Bars
        label={t('dormant.reasons')}
        bars={byReason(items).map(([reason, value]) => ({
          id: reason,
          label: reasonText(reason),
          value,
          tone: 'warn',
        }))}
      />
      <Firsts
        items={items}
        id={(item) => item.subject + item.role + item.scope}
        line={(item) => (
          <>
            <SubjectLink subject={item.subject} />
            <RoleName role={item.role} />
            <ScopeName scope={item.scope} />
            {item.detail ? <span className="why faint">{item.detail}</span> : null}
          </>
        )}
      />
    </Finding>
  );
}

export function Separation() {
  const { t } = useTranslation('health');
  const asked = useRead('/v1/orgs/{org}/review/separation-violations', { query: { limit: 1000 } });
  const sets = useRead('/v1/orgs/{org}/review/separation-sets', { query: { limit: 1000 } });
  const items = asked.data?.items ?? [];
  const none = sets.data?.items.length === 0;
  const title = (id: string) => sets.data?.items.find((set) => set.id === id)?.title ?? id;
  return (
    <Finding
      title={t('separation.title')}
      from={[asked, sets]}
      count={items.length}
      more={asked.data?.next != null}
      tone="bad"
      advice={t('separation.advice')}
      good={none ? t('separation.none') : t('separation.good', { count: sets.data?.items.length ?? 0 })}
    >
      <Firsts
        items={items}
        id={(item) => item.set + item.subject}
        line={(item) => (
          <>
            <SubjectLink subject={item.subject} />
            <span className="faint">{title(item.set)}</span>
            <span className="why">
              <Group gap={10}>
                {item.holds.map((path) => {
                  const role = path.roles[0];
                  return role ? <RoleLink key={role + path.scope} role={role} /> : null;
                })}
              </Group>
            </span>
          </>
        )}
      />
    </Finding>
  );
}
