/** Who administers, at which level, how far it reaches; and what the products advise against. */
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { Circles } from '~/parts/Charts';
import { ScopeName, SubjectLink } from '~/parts/Refs';
import { atTheTop, levelsOf, REACHES } from './counting';
import { Finding, Firsts } from './Finding';

/** More than so many at the top are hard to answer for. */
const MANY = 5;

export function Administrators() {
  const { t } = useTranslation('health');
  const asked = useRead('/v1/orgs/{org}/review/administrators', { query: { limit: 1000 } });
  const items = asked.data?.items ?? [];
  const { rows, cells } = levelsOf(items, t('admins.ofProducts'));
  const top = atTheTop(items).length;
  const advice =
    top === 1 ? t('admins.lonely') : top > MANY ? t('admins.many', { count: top }) : t('admins.advice');
  const used = REACHES.filter((reach) => cells.some((cell) => cell.column === reach));
  return (
    <Finding
      title={t('admins.title')}
      from={[asked]}
      count={items.length}
      more={asked.data?.next != null}
      tone={top === 1 || top > MANY ? 'warn' : 'info'}
      advice={advice}
      good={t('admins.none')}
      wide
    >
      <Circles
        label={t('admins.chart')}
        corner={t('admins.level')}
        rows={rows}
        columns={used.map((reach) => ({ id: reach, label: t(`admins.reach.${reach}`) }))}
        cells={cells}
      />
      <Firsts
        items={[...items].sort((one, other) => other.resources - one.resources)}
        id={(item) => item.subject}
        line={(item) => (
          <>
            <SubjectLink subject={item.subject} />
            <span className="soft">{[...new Set(item.roles.map((role) => role.title))].join(', ')}</span>
            {item.scopes.slice(0, 2).map((scope) => (
              <ScopeName key={scope} scope={scope} />
            ))}
            <span className="end faint">
              {t('admins.reaches', { places: item.resources, count: item.subjects })}
            </span>
          </>
        )}
      />
    </Finding>
  );
}

export function Advice() {
  const { t } = useTranslation('health');
  const asked = useRead('/v1/orgs/{org}/review/advisories', { query: { limit: 1000 } });
  const items = asked.data?.items ?? [];
  return (
    <Finding
      title={t('advice.title')}
      from={[asked]}
      count={items.length}
      more={asked.data?.next != null}
      tone="warn"
      advice={t('advice.advice')}
      good={t('advice.good')}
    >
      <Firsts
        items={items}
        id={(item) => item.product + item.code + item.subject}
        line={(item) => (
          <>
            <SubjectLink subject={item.subject} />
            <span className="why faint">{item.message}</span>
          </>
        )}
      />
    </Finding>
  );
}
