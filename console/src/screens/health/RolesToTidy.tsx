/** Roles that are equal to another one, contained in one, held by nobody, or of no use to anybody. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import type { components } from '~/api/schema';
import { RoleLink } from '~/parts/Refs';
import { contained, equalPairs, ownUnused } from './counting';
import { Finding, Firsts } from './Finding';

type Dominated = components['schemas']['Dominated'];

interface Line {
  role: string;
  kind: 'equal' | 'contained' | 'unused' | 'dead';
  by?: string;
  message?: string;
}

const KINDS = ['equal', 'contained', 'unused', 'dead'] as const;

export function RolesToTidy() {
  const { t } = useTranslation('health');
  const { byRef, isLoading } = useRoles();
  const query = { limit: 1000 };
  const dominated = useRead('/v1/orgs/{org}/review/dominated-roles', { query });
  const unused = useRead('/v1/orgs/{org}/review/unused-roles', { query });
  const dead = useRead('/v1/orgs/{org}/review/dead-roles', { query });
  const pair = (kind: 'equal' | 'contained') => (item: Dominated) => ({ kind, role: item.role, by: item.by });
  const lines: Line[] = [
    ...(dead.data?.items ?? []).map((item) => ({
      kind: 'dead' as const,
      role: item.role,
      message: item.message,
    })),
    ...equalPairs(dominated.data?.items ?? []).map(pair('equal')),
    ...ownUnused(unused.data?.items ?? [], byRef).map((role) => ({ kind: 'unused' as const, role })),
    ...contained(dominated.data?.items ?? [], byRef).map(pair('contained')),
  ];
  const roles = { isLoading, error: null, refetch: () => undefined };
  return (
    <Finding
      title={t('tidy.title')}
      from={[dominated, unused, dead, roles]}
      count={lines.length}
      tone="info"
      advice={t('tidy.advice')}
      good={t('tidy.good')}
    >
      <dl className="finding-numbers">
        {KINDS.map((kind) => (
          <div key={kind}>
            <dt>{t(`tidy.${kind}`)}</dt>
            <dd>{lines.filter((line) => line.kind === kind).length}</dd>
          </div>
        ))}
      </dl>
      <Firsts items={lines} id={(line) => line.kind + line.role + (line.by ?? '')} line={Tidy} />
    </Finding>
  );
}

function Tidy({ role, kind, by, message }: Line) {
  return (
    <>
      <RoleLink role={role} />
      <KindWord kind={kind} />
      {by ? <RoleLink role={by} /> : null}
      {by ? <Compare first={role} second={by} /> : null}
      {message ? <span className="why faint">{message}</span> : null}
    </>
  );
}

function KindWord({ kind }: { kind: Line['kind'] }) {
  const { t } = useTranslation('health');
  return (
    <Text span size="xs" c="dimmed">
      {t(`tidy.words.${kind}`)}
    </Text>
  );
}

function Compare({ first, second }: { first: string; second: string }) {
  const { t } = useTranslation('health');
  return (
    <Anchor
      size="sm"
      className="end"
      renderRoot={(props) => <Link to="/roles/compare" search={{ first, second }} {...props} />}
    >
      {t('tidy.compare')}
    </Anchor>
  );
}
