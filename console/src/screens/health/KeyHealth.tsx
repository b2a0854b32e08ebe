/** API keys: never used, ending, without an end, public. */
import { Anchor, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ApiKeyShown } from '~/api/types';
import { useHere } from '~/app/here';
import { PartsBar } from '~/parts/Charts';
import { StateBadge, SubjectLink } from '~/parts/Refs';
import { When } from '~/parts/When';
import { instantOf, type Keys, keysOf } from './counting';
import { Finding, Firsts } from './Finding';

export function KeyHealth() {
  const { t } = useTranslation('health');
  const { asOf } = useHere();
  const from = useMemo(() => instantOf(asOf), [asOf]);
  const asked = useRead('/v1/orgs/{org}/api-keys', { query: { limit: 1000 } });
  const keys = keysOf(asked.data?.items ?? [], from);
  const found = keys.working.filter(
    (key) => keys.neverUsed.includes(key) || keys.ending.includes(key) || keys.endless.includes(key),
  );
  return (
    <Finding
      title={t('keys.title')}
      from={[asked]}
      count={found.length}
      more={asked.data?.next != null}
      tone={keys.ending.length > 0 ? 'warn' : 'info'}
      advice={t('keys.advice')}
      good={keys.working.length === 0 ? t('keys.noKeys') : t('keys.good')}
      always={
        keys.working.length > 0 ? (
          <PartsBar
            label={t('keys.kinds')}
            parts={[
              {
                id: 'secret',
                label: t('keys.secret'),
                value: keys.working.length - keys.public.length,
                tone: 'info',
              },
              { id: 'public', label: t('keys.public'), value: keys.public.length, tone: 'warn' },
            ]}
          />
        ) : null
      }
    >
      <Firsts
        items={found}
        id={(key) => key.id}
        line={(key) => <KeyLine keys={keys} of={key} />}
        all={
          <Anchor size="sm" renderRoot={(props) => <Link to="/keys" {...props} />}>
            {t('keys.all')}
          </Anchor>
        }
      />
    </Finding>
  );
}

function KeyLine({ keys, of }: { keys: Keys; of: ApiKeyShown }) {
  const { t } = useTranslation('health');
  return (
    <>
      <SubjectLink subject={`api_key:${of.id}`} />
      <Group gap={6} className="end">
        {keys.ending.includes(of) ? (
          <span className="faint">
            <When at={of.expires} />
          </span>
        ) : null}
        {of.kind === 'public' ? <StateBadge color="yellow">{t('keys.public')}</StateBadge> : null}
        {keys.ending.includes(of) ? <StateBadge color="red">{t('keys.ending')}</StateBadge> : null}
        {keys.neverUsed.includes(of) ? <StateBadge color="gray">{t('keys.neverUsed')}</StateBadge> : null}
        {keys.endless.includes(of) ? <StateBadge color="blue">{t('keys.endless')}</StateBadge> : null}
      </Group>
    </>
  );
}
