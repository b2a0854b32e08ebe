/** Assignments that end soon, week by week. */
import i18n from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { useHere } from '~/app/here';
import { Columns } from '~/parts/Charts';
import { RoleName, ScopeName, SubjectLink } from '~/parts/Refs';
import { When } from '~/parts/When';
import { ending, horizon, instantOf, weeks } from './counting';
import { Finding, Firsts } from './Finding';

const SPANS = [7, 30, 90] as const;

export function Expiring() {
  const { t } = useTranslation('health');
  const { asOf } = useHere();
  const from = useMemo(() => instantOf(asOf), [asOf]);
  const query = { expiring_before: horizon(from), limit: 1000 };
  const asked = useRead('/v1/orgs/{org}/assignments', { query });
  const items = ending(asked.data?.items ?? [], from, 90);
  const day = new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'short' });
  return (
    <Finding
      title={t('expiring.title')}
      from={[asked]}
      count={items.length}
      more={asked.data?.next != null}
      tone={ending(items, from, 7).length > 0 ? 'bad' : 'warn'}
      advice={t('expiring.advice')}
      good={t('expiring.good')}
    >
      <dl className="finding-numbers">
        {SPANS.map((days) => (
          <div key={days}>
            <dt>{t('expiring.within', { days })}</dt>
            <dd>{ending(items, from, days).length}</dd>
          </div>
        ))}
      </dl>
      <Columns
        label={t('expiring.chart')}
        columns={weeks(items, from, (start) => day.format(start))}
        heads={[t('expiring.week'), t('expiring.count')]}
      />
      <Firsts
        items={items}
        id={(item) => item.subject + item.role + item.scope}
        line={(item) => (
          <>
            <SubjectLink subject={item.subject} />
            <RoleName role={item.role} />
            <ScopeName scope={item.scope} />
            <span className="end soft">
              <When at={item.expires} />
            </span>
          </>
        )}
      />
    </Finding>
  );
}
