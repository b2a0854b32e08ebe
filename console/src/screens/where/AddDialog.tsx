/** A new node below this one. */
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { read } from '~/api/read';
import type { ProductWhole, ResourceRef } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { useTypeNaming } from './naming';

interface Given {
  /** Below this one. */
  parent: ResourceRef;
  name: string;
  product: ProductWhole | undefined;
  types: string[];
  close: () => void;
}

export function AddDialog({ parent, product, name, types, close }: Given) {
  const { t } = useTranslation(['where', 'common']);
  const { change } = useChange();
  const { org } = useHere();
  const navigate = useNavigate();
  const typeName = useTypeNaming(product);
  const form = useForm({
    initialValues: { type: types[0] ?? '', id: '', title: '' },
    validate: { id: (value) => (/^[^\s:][^:]*$/.test(value.trim()) ? null : t('where:add.badId')) },
  });
  const add = async ({ type, id, title }: typeof form.values) => {
    const ref = `${type}:${id.trim()}`;
    if (await isThere(org, ref)) {
      form.setFieldError('id', t('where:add.taken'));
      return;
    }
    close();
    change({
      title: t('where:add.title', { type: typeName(type), id: title.trim() || id.trim(), name }),
      commands: [
        {
          command: 'put_resource',
          id: ref,
          body: { parent, properties: title.trim() ? { title: title.trim() } : {} },
        },
      ],
      onDone: () => void navigate({ to: '/where', search: { at: ref } }),
    });
  };
  return (
    <Modal opened onClose={close} title={t('where:add.heading', { name })}>
      <form onSubmit={form.onSubmit(add)}>
        <Stack>
          {types.length > 1 ? (
            <Select
              label={t('where:add.type')}
              data={types.map((type) => ({ value: type, label: typeName(type) }))}
              allowDeselect={false}
              {...form.getInputProps('type')}
            />
          ) : null}
          <TextInput
            label={t('where:add.id')}
            description={t('where:add.idHint')}
            required
            data-autofocus
            {...form.getInputProps('id')}
          />
          <TextInput
            label={t('where:add.name')}
            description={t('where:add.nameHint')}
            {...form.getInputProps('title')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common:cancel')}
            </Button>
            <Button type="submit">{t('where:add.look')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Registering something that is there already would describe it anew. */
async function isThere(org: string, resource: ResourceRef): Promise<boolean> {
  try {
    await read(org, undefined, '/v1/orgs/{org}/resources/{resource}', { path: { resource } });
    return true;
  } catch {
    // Not there, or not to be seen: what the server thinks of it, the preview says.
    return false;
  }
}
