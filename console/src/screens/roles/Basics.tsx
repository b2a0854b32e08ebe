/** What a role is called, what it is for, where it may be given. */
import { MultiSelect, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { split } from '~/api/types';
import { type Draft, idFrom } from './draft';
import type { Refusal } from './types';

type Required = 'title' | 'description' | 'instances';

const missingField = (refusals: Refusal[], field: Required) =>
  refusals.some((one) => one.code === 'required_field' && one.message.includes(`\`${field}\``));

interface Given {
  draft: Draft;
  id: string;
  isNew: boolean;
  instances: string[];
  refusals: Refusal[];
  onChange: (draft: Draft) => void;
}

export function Basics({ draft, id, isNew, instances, refusals, onChange }: Given) {
  const { t } = useTranslation('roles');
  const { all } = useRoles();
  const [idTouched, setIdTouched] = useState(false);
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const missing = (field: Required) =>
    missingField(refusals, field) ? t(`form.required.${field}`) : undefined;
  const badId = refusals.find((one) => one.message.includes('role id'))?.message;
  const taken = isNew && all.some((role) => role.id === `${draft.product}/${id}`);
  const others = all.filter(
    (role) =>
      role.product === draft.product && role.type === 'custom' && role.id !== `${draft.product}/${id}`,
  );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <TextInput
          label={t('form.title')}
          placeholder={t('form.titlePlaceholder')}
          required
          value={draft.title}
          error={missing('title')}
          onChange={(event) => {
            const title = event.currentTarget.value;
            set(isNew && !idTouched ? { title, id: idFrom(title) } : { title });
          }}
        />
        <TextInput
          label={t('form.id')}
          disabled={!isNew}
          value={draft.id}
          placeholder={id}
          error={taken ? t('form.idTaken') : badId}
          onChange={(event) => {
            setIdTouched(true);
            set({ id: event.currentTarget.value });
          }}
          className="mono-field"
        />
      </SimpleGrid>
      <Textarea
        label={t('form.description')}
        placeholder={t('form.descriptionPlaceholder')}
        autosize
        minRows={1}
        value={draft.description}
        error={missing('description')}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        <MultiSelect
          label={t('form.instances')}
          description={t('form.instancesHint')}
          placeholder={draft.instances.length === 0 && !missing('instances') ? t('form.instancesAll') : ''}
          data={instances.map((value) => ({ value, label: split(value)[1] }))}
          value={draft.instances}
          error={missing('instances')}
          onChange={(chosen) => set({ instances: chosen })}
          clearable
          searchable
        />
        {others.length > 0 ? (
          <MultiSelect
            label={t('form.includes')}
            description={t('form.includesHint')}
            data={others.map((role) => ({
              value: role.id.slice(draft.product.length + 1),
              label: role.title,
            }))}
            value={draft.includes}
            onChange={(includes) => set({ includes })}
            clearable
            searchable
          />
        ) : null}
      </SimpleGrid>
    </Stack>
  );
}
