/** What happened to somebody, and what they did: the newest first. */
import { Anchor, Button, Group, List, Skeleton, Stack, Text, Timeline } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import type { EntryShown, SubjectRef } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { Empty } from '~/parts/Empty';
import { ProblemNote } from '~/parts/ProblemNote';
import { When } from '~/parts/When';
import { linesAbout } from '../shared/entries';

/** So many entries are read before one has to go to the whole history. */
const READ = 1000;
/** So many lines of an entry are shown. */
const LINES = 8;

export function PersonHistory({ subject }: { subject: SubjectRef }) {
  const { t } = useTranslation('people');
  const list = useList('/v1/orgs/{org}/changes', { query: { about: subject } }, { page: 500 });
  const { items, hasMore, isLoadingMore, more } = list;
  useEffect(() => {
    // The log is told from its beginning; what is newest stands on its last page.
    if (hasMore && !isLoadingMore && items.length < READ) more();
  }, [hasMore, isLoadingMore, items.length, more]);
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.retry()} />;
  if (list.isLoading) return <Skeleton height={160} radius="md" />;
  if (items.length === 0)
    return <Empty icon={IconHistory} title={t('log.empty.title')} text={t('log.empty.text')} />;
  return (
    <Stack>
      <Anchor
        size="sm"
        w="fit-content"
        renderRoot={(props) => <Link to="/history" search={{ about: subject }} {...props} />}
      >
        {t('log.all')}
      </Anchor>
      <Timeline bulletSize={14} lineWidth={2} active={-1}>
        {[...items].reverse().map((entry) => (
          <Entry key={entry.revision} entry={entry} subject={subject} />
        ))}
      </Timeline>
    </Stack>
  );
}

function Entry({ entry, subject }: { entry: EntryShown; subject: SubjectRef }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { askUndo } = useChange();
  const { asOf, me } = useHere();
  const lines = linesAbout(entry, subject);
  const first = lines[0] ?? '';
  const mayUndo = !asOf && me.administers.length > 0 && entry.actor.kind === 'subject';
  return (
    <Timeline.Item
      title={
        <Group gap="xs" justify="space-between">
          <Text size="sm" fw={600} component="span">
            {entry.actor_name}
          </Text>
          <Text size="xs" className="soft" component="span">
            <When at={entry.time} /> · {t('log.revision', { revision: entry.revision })}
          </Text>
        </Group>
      }
    >
      <List size="sm" spacing={2}>
        {lines.slice(0, LINES).map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      {lines.length > LINES ? (
        <Text size="xs" className="soft">
          {common.t('changes.more', { count: lines.length - LINES })}
        </Text>
      ) : null}
      {mayUndo ? (
        <Button
          size="compact-xs"
          variant="subtle"
          mt={4}
          aria-label={common.t('changes.undoTitle', { said: first })}
          onClick={() =>
            askUndo({
              revision: entry.revision,
              title: common.t('changes.undoTitle', { said: first }),
            })
          }
        >
          {common.t('changes.undo')}
        </Button>
      ) : null}
    </Timeline.Item>
  );
}
