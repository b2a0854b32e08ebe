import { Button, Group, Modal, Stack, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyShown } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { TimeField } from '../shared/TimeField';

/** Name, end and origins of a key. */
export function EditKey({ item, close }: { item: ApiKeyShown; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const [title, setTitle] = useState(item.title ?? '');
  const [origins, setOrigins] = useState(item.origins ?? []);
  const [expires, setExpires] = useState(item.expires ?? null);
  const isPublic = item.kind === 'public';
  const look = () => {
    close();
    const body = { title: title.trim() || null, expires, ...(isPublic ? { origins } : {}) };
    change({
      title: t('keys.editTitle', { name: item.title ?? item.id }),
      commands: [{ command: 'patch_api_key', id: item.id, body }],
      confirm: common.t('save'),
    });
  };
  return (
    <Modal opened onClose={close} title={t('keys.editTitle', { name: item.title ?? item.id })}>
      <Stack>
        <TextInput
          label={t('keys.title')}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-autofocus
        />
        {isPublic ? (
          <TagsInput
            label={t('keys.origins')}
            description={t('keys.originsHint')}
            value={origins}
            onChange={setOrigins}
            acceptValueOnBlur
          />
        ) : null}
        <TimeField label={t('keys.expires')} value={expires} onChange={setExpires} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.t('cancel')}
          </Button>
          <Button onClick={look} disabled={isPublic && origins.length === 0}>
            {t('assign.preview')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
