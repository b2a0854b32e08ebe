/** Through somebody's eyes: every control of a product at a place, as that person finds it; or two people beside each other. */
import { Button, Stack, Text, Title } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useName } from '~/api/names';
import { useRead } from '~/api/read';
import { split, splitRole } from '~/api/types';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { People } from '../why/Start';
import { Beside } from './Beside';
import { Form } from './Form';
import type { SeeAsSearch } from './routes';
import { Screen } from './Screen';
import '../why/why.css';
import './seeas.css';

/** More controls than a product has. */
const ALL = 1000;

interface Seen {
  subject: string;
  product: string;
  resource: string;
}

export function SeeAs() {
  const { t } = useTranslation('seeAs');
  const search = useSearch({ from: '/signed-in/see-as' });
  const [type] = split(search.resource ?? '');
  const product = search.product ?? (type.includes('/') ? splitRole(type)[0] : undefined);
  const { subject, resource } = search;
  return (
    <Page title={t('title')} lead={t('lead')} help="see-as">
      <Stack gap="lg">
        <Form search={search} product={product} />
        {subject && product && resource ? (
          <Shown seen={{ subject, product, resource }} search={search} />
        ) : (
          <Start search={search} product={product} />
        )}
      </Stack>
    </Page>
  );
}

function Start({ search, product }: { search: SeeAsSearch; product: string | undefined }) {
  const { t } = useTranslation('seeAs');
  const missing = [
    search.subject ? '' : t('missing.subject'),
    product ? '' : t('missing.product'),
    search.resource ? '' : t('missing.resource'),
  ].filter(Boolean);
  const begun = missing.length < 3;
  return (
    <div className="why-start" role="status">
      <Title order={2} size="h4">
        {begun ? t('half.title') : t('start.title')}
      </Title>
      <Text size="sm" className="soft" mb={begun ? 0 : 'lg'}>
        {begun ? t('half.text', { missing: missing.join(', ') }) : t('start.text')}
      </Text>
      {begun ? null : <People to="/see-as" title={t('start.people')} />}
    </div>
  );
}

function useControls({ subject, product, resource }: Seen, enabled = true) {
  return useRead(
    '/v1/orgs/{org}/review/controls',
    { query: { subject, product, resource, limit: ALL } },
    { enabled },
  );
}

function Shown({ seen, search }: { seen: Seen; search: SeeAsSearch }) {
  const { beside } = search;
  const other = { ...seen, subject: beside ?? seen.subject };
  const one = useControls(seen);
  const two = useControls(other, beside !== undefined);
  const who = useName(seen.subject);
  const whom = useName(other.subject);
  const error = one.error ?? (beside ? two.error : null);
  if (error) return <ProblemNote error={error} retry={() => void one.refetch()} />;
  if (!one.data || (beside && !two.data)) return <Busy />;
  const wanted = (items: typeof one.data.items) => items.filter((item) => search.all || item.applies);
  const controls = wanted(one.data.items);
  if (controls.length === 0) return <NothingMeant kind={split(seen.resource)[0]} />;
  if (beside && two.data)
    return (
      <Beside
        first={{ name: who, subject: seen.subject, controls }}
        second={{ name: whom, subject: beside, controls: wanted(two.data.items) }}
        resource={seen.resource}
        onlyDifferences={search.differences ?? false}
      />
    );
  return <Screen controls={controls} who={who} {...seen} />;
}

function NothingMeant({ kind }: { kind: string }) {
  const { t } = useTranslation('seeAs');
  return (
    <Empty
      icon={IconEye}
      title={t('screen.empty.title')}
      text={t('screen.empty.text', { kind: splitRole(kind)[1] })}
      action={
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/see-as" search={(before) => ({ ...before, all: true })} {...props} />
          )}
        >
          {t('form.all')}
        </Button>
      }
    />
  );
}
