/** The permissions of two roles, side by side, each with its terms. */
import { Paper, Table, Text } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RoleWhole } from '~/api/types';
import { isPlain, local, termsKey, termsOf } from './draft';
import { TermsView } from './TermsView';
import type { GrantShown } from './types';

interface Given {
  first: RoleWhole;
  second: RoleWhole;
  titles: readonly [string, string];
  all: boolean;
}

interface Line {
  permission: string;
  title: string;
  first: GrantShown[];
  second: GrantShown[];
  alike: boolean;
}

/** Every permission of either, those of the first one first. */
export function linesOf(first: GrantShown[], second: GrantShown[]): Line[] {
  const titles = new Map([...first, ...second].map((one) => [one.permission, one.title]));
  const keys = (grants: GrantShown[]) =>
    [...new Set(grants.map((one) => termsKey(termsOf(one))))].sort().join();
  return [...titles].map(([permission, title]) => {
    const here = first.filter((one) => one.permission === permission);
    const there = second.filter((one) => one.permission === permission);
    return { permission, title, first: here, second: there, alike: keys(here) === keys(there) };
  });
}

export function CompareTable({ first, second, titles, all }: Given) {
  const { t } = useTranslation('roles');
  const lines = linesOf(first.grants, second.grants).filter((one) => all || !one.alike);
  if (lines.length === 0) return <Text size="sm">{t('compare.noDifference')}</Text>;
  return (
    <Paper withBorder className="compare-paper" tabIndex={0} role="region" aria-label={t('compare.side')}>
      <Table className="compare" layout="fixed" aria-label={t('compare.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="44%">{t('compare.permission')}</Table.Th>
            <Table.Th>{titles[0]}</Table.Th>
            <Table.Th>{titles[1]}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.permission} data-alike={line.alike || undefined}>
              <Table.Th scope="row" fw={400}>
                {line.title} <code className="faint">{local(line.permission)}</code>
              </Table.Th>
              <Side grants={line.first} product={first.product} alike={line.alike} />
              <Side grants={line.second} product={second.product} alike={line.alike} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Side({ grants, product, alike }: { grants: GrantShown[]; product: string; alike: boolean }) {
  const { t } = useTranslation('roles');
  if (grants.length === 0)
    return (
      <Table.Td className="compare-none">
        <span aria-hidden>–</span>
        <span className="visually-hidden">{t('compare.no')}</span>
      </Table.Td>
    );
  const terms = grants.map(termsOf);
  return (
    <Table.Td className={alike ? undefined : 'compare-has'}>
      <span className="ref">
        <IconCheck size={16} stroke={2.2} aria-hidden />
        {terms.some(isPlain) ? t('compare.yes') : <span className="visually-hidden">{t('compare.yes')}</span>}
      </span>
      {terms
        .filter((one) => !isPlain(one))
        .map((one) => (
          <TermsView key={termsKey(one)} terms={one} product={product} />
        ))}
    </Table.Td>
  );
}
