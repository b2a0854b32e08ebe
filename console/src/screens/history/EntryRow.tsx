/** One entry on the line of time: when, who, what in sentences; the rest on demand. */
import { ActionIcon, Badge, Button, Collapse, Group, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp, IconChevronDown, IconFilter } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useName } from '~/api/names';
import type { EntryShown } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { exactTime } from '~/parts/When';
import { Actor, whoDid } from './Actor';
import { ChangeLine } from './ChangeLine';
import { clock } from './days';
import { EntryDetails } from './EntryDetails';
import { isNote } from './said';

/** So many changes of an entry are said before the rest is counted. */
const SAID = 4;

interface Given {
  entry: EntryShown;
  open?: boolean;
  isNew?: boolean;
}

export function EntryRow({ entry, open = false, isNew = false }: Given) {
  const { t, i18n } = useTranslation('history');
  const [opened, { toggle }] = useDisclosure(open);
  const note = isNote(entry);
  const more = entry.changes.length - SAID;
  return (
    <li className="entry" data-note={note || undefined} data-new={isNew || undefined}>
      <time dateTime={entry.time} title={exactTime(entry.time)} className="entry-time">
        {clock(entry.time, i18n.language)}
      </time>
      <span className="entry-dot" aria-hidden />
      <div className="entry-body">
        <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
          <div className="entry-said">
            <p className="entry-who">
              <Actor actor={entry.actor} />
              <OnlyButton actor={entry.actor} />
              {isNew ? <Badge color="blue.9">{t('new')}</Badge> : null}
            </p>
            <ul className="entry-lines">
              {entry.changes.slice(0, SAID).map((change, index) => (
                // What an entry holds never changes, so that a place in it is as good as a name.
                <li key={index}>
                  <ChangeLine change={change} summary={entry.summary[index] ?? ''} />
                </li>
              ))}
              {more > 0 ? <li className="soft">{t('more', { count: more })}</li> : null}
            </ul>
          </div>
          <Group gap={4} wrap="nowrap" className="entry-actions">
            {note ? null : <UndoButton entry={entry} />}
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-expanded={opened}
              aria-label={t('details', { revision: entry.revision })}
              onClick={toggle}
              rightSection={<IconChevronDown size={15} aria-hidden className="turns" data-open={opened} />}
            >
              {t('detailsShort')}
            </Button>
          </Group>
        </Group>
        <Collapse expanded={opened}>{opened ? <EntryDetails entry={entry} /> : null}</Collapse>
      </div>
    </li>
  );
}

/** One click to all that the same person did. */
function OnlyButton({ actor }: { actor: EntryShown['actor'] }) {
  const who = whoDid(actor);
  return who ? <Only who={who} /> : null;
}

function Only({ who }: { who: string }) {
  const { t } = useTranslation('history');
  const name = useName(who);
  const navigate = useNavigate({ from: '/history' });
  const label = t('onlyActor', { name });
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        aria-label={label}
        onClick={() => void navigate({ search: (before) => ({ ...before, actor: who, entry: undefined }) })}
      >
        <IconFilter size={14} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function UndoButton({ entry }: { entry: EntryShown }) {
  const { t } = useTranslation('history');
  const { me, asOf } = useHere();
  const { askUndo } = useChange();
  if (asOf || me.administers.length === 0) return null;
  const [first = ''] = entry.summary;
  const title =
    entry.summary.length === 1 ? t('undoOf', { said: first }) : t('undoTitle', { revision: entry.revision });
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      leftSection={<IconArrowBackUp size={15} aria-hidden />}
      aria-label={t('undoLong', { revision: entry.revision })}
      onClick={() => askUndo({ revision: entry.revision, title })}
    >
      {t('undo')}
    </Button>
  );
}
