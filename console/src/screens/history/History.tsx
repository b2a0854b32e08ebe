/** The log: who changed what when, as it goes on. */
import { Button, Stack, Title } from '@mantine/core';
import { IconHistoryOff } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { useHere } from '~/app/here';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { EntryRow } from './EntryRow';
import { Filters } from './Filters';
import { Timeline } from './Timeline';
import { useLog } from './useLog';
import { Verify } from './Verify';
import './history.css';

export function History() {
  const { t } = useTranslation('history');
  const { asOf, me } = useHere();
  const search = useSearch({ from: '/signed-in/history' });
  return (
    <Page
      title={t('title')}
      lead={asOf ? t('past') : t('lead')}
      help="history"
      actions={me.everything ? <Verify /> : null}
    >
      {search.entry ? <Linked revision={search.entry} /> : null}
      <Filters search={search} />
      <Log />
    </Page>
  );
}

function Log() {
  const { t } = useTranslation('history');
  const search = useSearch({ from: '/signed-in/history' });
  const log = useLog(search);
  if (log.error && log.entries.length === 0)
    return <ProblemNote error={log.error} retry={() => void log.retry()} />;
  if (log.isLoading) return <Busy />;
  if (log.entries.length === 0 && !log.hasMore)
    return (
      <Empty
        icon={IconHistoryOff}
        title={t('empty.title')}
        text={t('empty.text')}
        action={
          <Button variant="default" renderRoot={(props) => <Link to="/history" {...props} />}>
            {t('filters.clear')}
          </Button>
        }
      />
    );
  return (
    <Timeline
      // Another question: what it answers is not new.
      key={JSON.stringify(search)}
      entries={log.entries}
      hasMore={log.hasMore}
      isLoadingMore={log.isLoadingMore}
      more={log.more}
    />
  );
}

/** The one entry that somebody was sent to. */
function Linked({ revision }: { revision: string }) {
  const { t } = useTranslation('history');
  const number = Number(revision);
  const { data, error, isLoading } = useRead('/v1/orgs/{org}/changes', { query: { from: number, limit: 1 } });
  const entry = data?.items.find((one) => one.revision === number);
  return (
    <Stack gap="xs" mb="lg" className="linked-entry">
      <Title order={2} size="h5">
        {t('linked')}
      </Title>
      {error ? <ProblemNote error={error} /> : null}
      {isLoading ? <Busy /> : null}
      {entry ? (
        <ol className="entries">
          <EntryRow entry={entry} open />
        </ol>
      ) : null}
      {data && !entry ? <p>{t('linkedGone', { revision })}</p> : null}
      <Button
        variant="default"
        size="compact-sm"
        w="fit-content"
        renderRoot={(props) => (
          <Link to="/history" search={(before) => ({ ...before, entry: undefined })} {...props} />
        )}
      >
        {t('showAll')}
      </Button>
    </Stack>
  );
}
