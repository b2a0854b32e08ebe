/** Beside the form: what became of the start, what the server says, and the button. */
import { Alert, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoleTitle } from '~/api/names';
import { asProblem } from '~/api/problem';
import type { ProductWhole, Warning } from '~/api/types';
import { ProblemNote } from '~/parts/ProblemNote';
import { type Difference, type Outcome, onlyByBundle } from './draft';
import { TermsView } from './TermsView';

interface Given {
  product: ProductWhole;
  count: number;
  from: string | null;
  start: 'none' | 'all' | 'copy' | 'default';
  difference: Difference;
  outcome: Outcome;
  error: unknown;
  warnings: Warning[];
  isLooking: boolean;
  children: ReactNode;
}

/** So many lines of each kind are shown before the rest is counted. */
const SHOWN = 9;

export function FormAside(given: Given) {
  const { t } = useTranslation('roles');
  const { difference, product } = given;
  const copied = useRoleTitle(`${product.id}/${given.from ?? ''}`);
  const refusals = given.error ? asProblem(given.error).refusals : [];
  const incomplete = refusals.length > 0 && refusals.every((one) => one.code === 'required_field');
  const status = given.isLooking
    ? 'looking'
    : incomplete
      ? 'incomplete'
      : given.error
        ? 'wouldRefuse'
        : 'previewComes';
  const nothing = difference.added.length + difference.removed.length + difference.changed.length === 0;
  return (
    <aside className="form-aside" aria-label={t('difference.title')}>
      <Paper withBorder p="md">
        <Stack gap="sm">
          <div>
            <Title order={2} size="h3">
              {t('difference.title')}
            </Title>
            <Text size="xs" className="soft">
              {given.start === 'copy' && given.from
                ? t('difference.fromCopy', { role: copied })
                : t(`difference.from.${given.start}`)}{' '}
              {t('difference.count', { count: given.count })}
            </Text>
          </div>
          <div aria-live="polite">
            {nothing ? <Text size="sm">{t('difference.nothing')}</Text> : null}
            <Lines sign="+" ids={difference.added} {...given} />
            <Lines sign="~" ids={difference.changed} {...given} />
            <Lines sign="−" ids={difference.removed} {...given} />
          </div>
          {given.warnings.map((warning) => (
            <Alert key={warning.code} color="yellow" p="xs" icon={<IconAlertTriangle size={16} />}>
              {warning.message}
            </Alert>
          ))}
          {given.error && !incomplete ? <ProblemNote error={given.error} /> : null}
          {given.children}
          <Text size="xs" className="soft form-status">
            {given.isLooking ? (
              <Loader size={12} />
            ) : given.error ? null : (
              <IconCheck size={14} aria-hidden />
            )}
            {t(`form.${status}`)}
          </Text>
        </Stack>
      </Paper>
    </aside>
  );
}

function Lines({ sign, ids, product, outcome }: Given & { sign: '+' | '−' | '~'; ids: string[] }) {
  const { t } = useTranslation('roles');
  const { t: common } = useTranslation();
  const named = ids.filter((id) => onlyByBundle(outcome.get(id)) === null);
  if (named.length === 0) return null;
  const said = { '+': t('difference.added'), '−': t('difference.removed'), '~': t('difference.changed') }[
    sign
  ];
  const title = (id: string) => product.permissions.find((one) => one.id === id)?.title ?? id;
  return (
    <ul className="lines" aria-label={said}>
      {named.slice(0, SHOWN).map((id) => (
        <li key={id} data-sign={sign}>
          <span className="sign" aria-hidden>
            {sign}
          </span>
          <span className="visually-hidden">{said}: </span>
          <span>
            {title(id)}
            {[...new Set((outcome.get(id) ?? []).map((one) => JSON.stringify(one.terms)))].map((terms) => (
              <TermsView key={terms} terms={JSON.parse(terms)} product={product.id} />
            ))}
          </span>
        </li>
      ))}
      {named.length > SHOWN ? (
        <li className="soft">{common('changes.more', { count: named.length - SHOWN })}</li>
      ) : null}
    </ul>
  );
}
