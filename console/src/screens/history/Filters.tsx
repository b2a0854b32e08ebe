/** Which entries: everything stands in the address. */
import { Button, Checkbox, Group, Select } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { IconX } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { ResourcePicker, SubjectPicker } from '~/parts/Pickers';
import { history } from '~/texts/en/history';
import { dayOf } from './days';
import type { HistorySearch } from './routes';

type Kind = keyof typeof history.kinds;
const KINDS = Object.keys(history.kinds) as Kind[];
const EVERYBODY = ['user', 'group', 'api_key'] as const;

export function Filters({ search }: { search: HistorySearch }) {
  const { t } = useTranslation('history');
  const navigate = useNavigate({ from: '/history' });
  const set = (some: HistorySearch) => void navigate({ search: (before) => ({ ...before, ...some }) });
  const any = Object.entries(search).some(([name, value]) => name !== 'quiet' && name !== 'as_of' && value);
  return (
    <section aria-label={t('filters.label')} className="history-filters">
      <Group gap="sm" align="flex-end">
        <SubjectPicker
          label={t('filters.actor')}
          kinds={['user', 'api_key']}
          value={search.actor ?? null}
          onChange={(actor) => set({ actor: actor ?? undefined })}
        />
        <SubjectPicker
          label={t('filters.about')}
          kinds={[...EVERYBODY]}
          value={search.about ?? null}
          onChange={(about) => set({ about: about ?? undefined })}
        />
        <ResourcePicker
          label={t('filters.resource')}
          value={search.resource ?? null}
          onChange={(resource) => set({ resource: resource ?? undefined })}
        />
        <Select
          label={t('filters.kind')}
          placeholder={t('filters.anyKind')}
          data={KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
          value={search.kind ?? null}
          onChange={(kind) => set({ kind: kind ?? undefined })}
          comboboxProps={{ width: 320, position: 'bottom-start' }}
          searchable
        />
        <Days search={search} set={set} />
      </Group>
      <Group gap="md" mt="xs">
        <Presets search={search} set={set} />
        <Checkbox
          label={t('filters.notes')}
          checked={!search.quiet}
          onChange={(event) => set({ quiet: event.currentTarget.checked ? undefined : true })}
        />
        {any ? (
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() =>
              void navigate({ search: ({ quiet, ...before }) => ({ quiet, as_of: asOf(before) }) })
            }
          >
            {t('filters.clear')}
          </Button>
        ) : null}
      </Group>
    </section>
  );
}

const asOf = (search: object): string | undefined =>
  'as_of' in search && typeof search.as_of === 'string' ? search.as_of : undefined;

interface Part {
  search: HistorySearch;
  set: (some: HistorySearch) => void;
}

function Days({ search, set }: Part) {
  const { t } = useTranslation('history');
  const day = (text: string | undefined) => (text && dayjs(text).isValid() ? dayOf(text) : null);
  return (
    <DatePickerInput
      type="range"
      allowSingleDateInRange
      label={t('filters.days')}
      placeholder={t('filters.anyDay')}
      value={[day(search.since), day(search.until)]}
      onChange={([since, until]) => set({ since: since ?? undefined, until: until ?? undefined })}
      maxDate={new Date()}
      valueFormat="D MMM YYYY"
      clearable
      clearButtonProps={{ 'aria-label': t('filters.anyDay') }}
      miw={190}
    />
  );
}

function Presets({ search, set }: Part) {
  const { t } = useTranslation('history');
  const back = (days: number) => dayOf(dayjs().subtract(days, 'day'));
  const presets = [
    { id: 'today', since: back(0), until: back(0) },
    { id: 'yesterday', since: back(1), until: back(1) },
    { id: 'week', since: back(6), until: back(0) },
  ] as const;
  return (
    <Group gap={6}>
      {presets.map(({ id, since, until }) => {
        const on = search.since === since && search.until === until;
        return (
          <Button
            key={id}
            size="compact-sm"
            variant={on ? 'filled' : 'default'}
            aria-pressed={on}
            onClick={() => set(on ? { since: undefined, until: undefined } : { since, until })}
          >
            {t(`filters.${id}`)}
          </Button>
        );
      })}
    </Group>
  );
}
