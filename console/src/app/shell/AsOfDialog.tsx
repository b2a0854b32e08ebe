import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useNavigate } from '@tanstack/react-router';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Asks for the instant that is to be looked at. */
export function AsOfDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string | null>(null);
  const go = (instant: dayjs.Dayjs) => {
    close();
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, as_of: instant.toISOString() }),
    });
  };
  const days = [1, 7, 30];
  return (
    <Modal opened onClose={close} title={t('past.title')}>
      <Stack>
        <Text size="sm">{t('past.explain')}</Text>
        <Group gap="xs">
          {days.map((count) => (
            <Button key={count} variant="default" onClick={() => go(dayjs().subtract(count, 'day'))}>
              {t('past.daysAgo', { count })}
            </Button>
          ))}
        </Group>
        <DateTimePicker
          label={t('past.instant')}
          value={chosen}
          onChange={setChosen}
          maxDate={new Date()}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
          <Button disabled={!chosen} onClick={() => chosen && go(dayjs(chosen))}>
            {t('past.look')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
