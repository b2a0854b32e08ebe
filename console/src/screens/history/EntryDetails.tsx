/** An entry in full: what it made different, who gained and lost by it, and by what it can be told apart. */
import { Button, CopyButton, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { IconClockHour4, IconCopy } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { EntryShown } from '~/api/types';
import { EffectsView } from '~/parts/EffectsView';
import { ProblemNote } from '~/parts/ProblemNote';
import { exactTime } from '~/parts/When';
import { DiffView } from './DiffView';
import { isNote } from './said';

/** So many differences, and so many people, are shown. */
const SHOWN = 100;

export function EntryDetails({ entry }: { entry: EntryShown }) {
  const { t } = useTranslation('history');
  return (
    <Stack gap="md" className="entry-details">
      {isNote(entry) ? (
        <Text size="sm" className="soft">
          {t('nothingChanged')}
        </Text>
      ) : entry.revision === 1 ? (
        <Text size="sm" className="soft">
          {t('first')}
        </Text>
      ) : (
        <Differences revision={entry.revision} />
      )}
      <Facts entry={entry} />
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconClockHour4 size={15} aria-hidden />}
          renderRoot={(props) => <Link to="/history" search={{ as_of: String(entry.revision) }} {...props} />}
        >
          {t('asOf')}
        </Button>
        <CopyButton value={`${window.location.origin}/history?entry=${entry.revision}`}>
          {({ copied, copy }) => (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconCopy size={15} aria-hidden />}
              onClick={copy}
            >
              {copied ? t('copied') : t('copyLink')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

function Differences({ revision }: { revision: number }) {
  const { t } = useTranslation('history');
  const query = { from: String(revision - 1), as_of: String(revision), limit: SHOWN, effects: SHOWN };
  const { data, error, isLoading } = useRead('/v1/orgs/{org}/review/diff/revisions', { query });
  if (error) return <ProblemNote error={error} />;
  if (isLoading || !data) return <Loader size="sm" />;
  return (
    <>
      <section>
        <Title order={3} size="h5" mb={6}>
          {t('whatChanged')}
        </Title>
        <DiffView differences={data.differences} count={data.count} />
      </section>
      {data.effects ? (
        <section>
          <Title order={3} size="h5" mb={6}>
            {t('whoGained')}
          </Title>
          <EffectsView effects={data.effects} />
        </section>
      ) : null}
    </>
  );
}

function Facts({ entry }: { entry: EntryShown }) {
  const { t } = useTranslation('history');
  return (
    <dl className="entry-facts">
      <dt>{t('revision')}</dt>
      <dd>{entry.revision}</dd>
      <dt>{t('time')}</dt>
      <dd>{exactTime(entry.time)}</dd>
      <dt>{t('hash')}</dt>
      <dd>
        <code>{entry.hash}</code>
      </dd>
      {entry.request_id ? (
        <>
          <dt>{t('request')}</dt>
          <dd>
            <code>{entry.request_id}</code>
          </dd>
        </>
      ) : null}
    </dl>
  );
}
