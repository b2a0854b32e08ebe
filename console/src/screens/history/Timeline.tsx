/** Entries under the days on which they were made; older ones come when somebody comes near the end. */
import { Button, Center, Text, Title } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import dayjs from 'dayjs';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { EntryShown } from '~/api/types';
import { byDay, dayOf, dayTitle } from './days';
import { EntryRow } from './EntryRow';

interface Given {
  entries: EntryShown[];
  hasMore: boolean;
  isLoadingMore: boolean;
  more: () => void;
}

export function Timeline({ entries, hasMore, isLoadingMore, more }: Given) {
  const { t } = useTranslation('history');
  const seen = useRef<number | undefined>(undefined);
  const newest = entries[0]?.revision;
  // What was there when the page was opened is not new.
  if (seen.current === undefined && newest !== undefined) seen.current = newest;
  const { ref, entry: end } = useIntersection({ rootMargin: '600px' });
  useEffect(() => {
    if (end?.isIntersecting && hasMore && !isLoadingMore) more();
  }, [end?.isIntersecting, hasMore, isLoadingMore, more]);
  return (
    <>
      {byDay(entries).map(({ day, entries: those }) => (
        <section key={day} className="day" aria-labelledby={`day-${day}`}>
          <Title order={2} size="h5" id={`day-${day}`} className="day-title">
            <DayName day={day} />
          </Title>
          <ol className="entries">
            {those.map((one) => (
              <EntryRow key={one.revision} entry={one} isNew={one.revision > (seen.current ?? 0)} />
            ))}
          </ol>
        </section>
      ))}
      <Center py="md" ref={ref}>
        {hasMore ? (
          <Button variant="default" onClick={more} loading={isLoadingMore}>
            {t('older')}
          </Button>
        ) : (
          <Text size="xs" className="soft">
            {t('beginning')}
          </Text>
        )}
      </Center>
    </>
  );
}

function DayName({ day }: { day: string }) {
  const { t, i18n } = useTranslation('history');
  const title = dayTitle(day, i18n.language);
  if (day === dayOf(dayjs())) return `${t('today')}, ${title}`;
  if (day === dayOf(dayjs().subtract(1, 'day'))) return `${t('yesterday')}, ${title}`;
  return title;
}
