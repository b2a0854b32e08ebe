/** Another day to compare with, the table as a file, and on paper. */
import { Button } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { IconCalendarStats, IconDownload, IconPrinter } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';

/** How the chosen day is shown, and said. */
const SHOWN = 'DD/MM/YYYY HH:mm';

export function HeadTools({ product }: { product: string }) {
  const { t } = useTranslation('matrix');
  const { org, asOf } = useHere();
  const { before } = useSearch({ from: '/signed-in/matrix' });
  const navigate = useNavigate({ from: '/matrix' });
  const query = new URLSearchParams({ product, format: 'csv', ...(asOf ? { as_of: asOf } : {}) });
  return (
    <>
      <DateTimePicker
        aria-label={
          before ? `${t('compare.label')} ${dayjs(before).format(SHOWN)}` : t('compare.placeholder')
        }
        valueFormat={SHOWN}
        placeholder={t('compare.placeholder')}
        leftSection={<IconCalendarStats size={16} stroke={1.6} aria-hidden />}
        value={before ? dayjs(before).format('YYYY-MM-DD HH:mm:ss') : null}
        onChange={(value) =>
          void navigate({
            search: (now) => ({ ...now, before: value ? dayjs(value).toISOString() : undefined }),
            replace: true,
          })
        }
        maxDate={new Date()}
        clearable
        clearButtonProps={{ 'aria-label': t('compare.clear') }}
        w={210}
      />
      <Button
        variant="default"
        component="a"
        href={`/v1/orgs/${encodeURIComponent(org)}/matrix?${query}`}
        download={`${product}.csv`}
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('export')}
      </Button>
      <Button
        variant="default"
        onClick={() => window.print()}
        leftSection={<IconPrinter size={16} aria-hidden />}
      >
        {t('print')}
      </Button>
    </>
  );
}
