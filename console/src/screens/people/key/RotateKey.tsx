/** A new secret; the old one works beside it for a while, so that nothing stands still. */
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyShown } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { Once } from '../shared/Once';

const HOURS = [0, 1, 24, 72, 168, 720];

export function RotateKey({ item, close }: { item: ApiKeyShown; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { change } = useChange();
  const [hours, setHours] = useState(24);
  const [looking, setLooking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const name = item.title ?? item.id;
  const look = () => {
    setLooking(true);
    change({
      title: t('keys.rotateTitle', { name }),
      commands: [{ command: 'rotate_api_key', id: item.id, body: { overlap_hours: hours } }],
      confirm: t('keys.rotate'),
      onDone: (done) => setSecret(done.secrets[0]?.secret ?? null),
      onCancel: () => setLooking(false),
    });
  };
  if (secret)
    return (
      <Once
        title={t('keys.secretTitle', { title: name })}
        label={t('keys.secretLabel')}
        value={secret}
        explain={t('keys.secretExplain')}
        close={close}
      />
    );
  return (
    <Modal opened={!looking} onClose={close} title={t('keys.rotateTitle', { name })}>
      <Stack>
        <Text size="sm">{t('keys.rotateExplain')}</Text>
        <Select
          label={t('keys.overlap')}
          data={HOURS.map((count) => ({ value: String(count), label: overlapText(t, count) }))}
          value={String(hours)}
          onChange={(value) => setHours(Number(value ?? 24))}
          allowDeselect={false}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.t('cancel')}
          </Button>
          <Button onClick={look} data-autofocus>
            {t('assign.preview')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

type Say = (
  key: 'keys.overlapNone' | 'keys.overlapHours' | 'keys.overlapDays',
  given: { count: number },
) => string;

function overlapText(t: Say, hours: number): string {
  if (hours === 0) return t('keys.overlapNone', { count: 0 });
  return hours < 24 ? t('keys.overlapHours', { count: hours }) : t('keys.overlapDays', { count: hours / 24 });
}
