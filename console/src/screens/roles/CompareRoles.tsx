/** Two roles side by side: how they stand to each other, and in what they differ. */
import { Paper, SegmentedControl, SimpleGrid, Text, Title } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRoleTitle } from '~/api/names';
import { useRead } from '~/api/read';
import { splitRole } from '~/api/types';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { RolePicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { Circles } from './Circles';
import { CompareTable } from './CompareTable';
import type { RoleDiff } from './types';
import './roles.css';

export function CompareRoles() {
  const { t } = useTranslation('roles');
  const search = useSearch({ from: '/signed-in/roles/compare' });
  const navigate = useNavigate({ from: '/roles/compare' });
  const set = (part: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  const product = search.first ? splitRole(search.first)[0] : undefined;
  return (
    <Page title={t('compare.title')} lead={t('compare.lead')} help="comparing-roles">
      <SimpleGrid cols={{ base: 1, sm: 2 }} mb="lg" maw={860}>
        <RolePicker
          label={t('compare.first')}
          value={search.first ?? null}
          onChange={(first) => set({ first: first ?? undefined })}
        />
        <RolePicker
          label={t('compare.second')}
          value={search.second ?? null}
          onChange={(second) => set({ second: second ?? undefined })}
          among={(role) => product === undefined || role.product === product}
        />
      </SimpleGrid>
      {search.first && search.second ? (
        <Compared
          first={search.first}
          second={search.second}
          all={search.all === true}
          onAll={(all) => set({ all: all || undefined })}
        />
      ) : (
        <Empty icon={IconArrowsDiff} title={t('compare.choose')} text={t('compare.chooseText')} />
      )}
    </Page>
  );
}

interface Given {
  first: string;
  second: string;
  all: boolean;
  onAll: (all: boolean) => void;
}

function Compared({ first, second, all, onAll }: Given) {
  const { t } = useTranslation('roles');
  const diff = useRead('/v1/orgs/{org}/review/diff/roles', { query: { first, second, limit: 1000 } });
  const one = useWhole(first);
  const other = useWhole(second);
  const error = diff.error ?? one.error ?? other.error;
  const titles = [useRoleTitle(first), useRoleTitle(second)] as const;
  if (error) return <ProblemNote error={error} />;
  if (!diff.data || !one.data || !other.data) return <Busy />;
  const count = shares(diff.data);
  return (
    <>
      <Paper withBorder p="lg" mb="lg" className="compare-head">
        <Circles titles={titles} {...count} />
        <div>
          <Title order={2}>
            {t(`relation.${diff.data.relation}`, { first: titles[0], second: titles[1] })}
          </Title>
          <ul className="plain-list">
            <li>{t('compare.both', { count: count.both })}</li>
            {count.terms > 0 ? <li>{t('compare.terms', { count: count.terms })}</li> : null}
            <li>{t('compare.only', { count: count.left, role: titles[0] })}</li>
            <li>{t('compare.only', { count: count.right, role: titles[1] })}</li>
          </ul>
          <Needs diff={diff.data} titles={titles} />
        </div>
      </Paper>
      <SegmentedControl
        aria-label={t('compare.show')}
        value={all ? 'all' : 'differences'}
        onChange={(value) => onAll(value === 'all')}
        data={[
          { value: 'differences', label: t('compare.differences') },
          { value: 'all', label: t('compare.everything') },
        ]}
        mb="sm"
      />
      <CompareTable first={one.data} second={other.data} titles={titles} all={all} />
    </>
  );
}

function useWhole(ref: string) {
  const [product, role] = splitRole(ref);
  return useRead('/v1/orgs/{org}/roles/{product}/{role}', { path: { product, role } });
}

/** How much is where: in one alone, in both alike, in both under other terms. */
export function shares(diff: Pick<RoleDiff, 'common' | 'only_first' | 'only_second'>) {
  const alone = (side: RoleDiff['only_first']) =>
    new Set(side.filter((one) => !one.other_terms).map((one) => one.permission));
  const terms = new Set(
    [...diff.only_first, ...diff.only_second].filter((one) => one.other_terms).map((one) => one.permission),
  );
  return {
    left: alone(diff.only_first).size,
    right: alone(diff.only_second).size,
    both: diff.common,
    terms: terms.size,
  };
}

function Needs({ diff, titles }: { diff: RoleDiff; titles: readonly [string, string] }) {
  const { t } = useTranslation('roles');
  const needs = [
    { role: titles[0], needed: diff.only_first_requires ?? [] },
    { role: titles[1], needed: diff.only_second_requires ?? [] },
  ].filter((one) => one.needed.length > 0);
  return needs.map(({ role, needed }) => (
    <Text key={role} size="sm" className="soft">
      {t('compare.needs', { role, needed: needed.join(', ') })}
    </Text>
  ));
}
