/** Gives one subject a role: what is filled in stays while the preview is looked at. */
import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { assign } from '~/api/commands';
import { useName, useRoles } from '~/api/names';
import type { SubjectRef } from '~/api/types';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { useVerb } from '../shared/may';
import { emptyDraft, RoleAtPlace, ready } from './RoleAtPlace';

/** Where I administer, if that is one place: it is what I mean most of the time. */
export function useHomePlace() {
  const { me } = useHere();
  const [first, ...others] = me.administers.filter((one) => one.verbs.includes('assign'));
  return first && others.length === 0 ? first.scope : null;
}

export function AssignButton({ subject }: { subject: SubjectRef }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const { byRef } = useRoles();
  const name = useName(subject);
  const home = useHomePlace();
  const [opened, setOpened] = useState(false);
  const [draft, setDraft] = useState(() => emptyDraft(home));
  const may = useVerb('assign');
  if (!may) return null;
  const given = ready(draft);
  const look = () => {
    if (!given) return;
    setOpened(false);
    const role = byRef.get(given.role)?.title ?? given.role;
    change({
      title: t('assign.title', { role, name, place: split(given.scope)[1] }),
      commands: [assign(subject, given)],
      confirm: t('assign.confirm'),
      onDone: () => setDraft(emptyDraft(home)),
      onCancel: () => setOpened(true),
    });
  };
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened(true)}>
        {t('assign.open')}
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t('assign.heading', { name })} size="lg">
        <Stack>
          <RoleAtPlace subject={subject} draft={draft} change={setDraft} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpened(false)}>
              {common.t('cancel')}
            </Button>
            <Button onClick={look} disabled={!given}>
              {t('assign.preview')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
