/** Another place for a node, with all that is below it. Roles held above it change with the place. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ResourceRef, split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { ResourcePicker } from '~/parts/Pickers';
import type { NodeGiven } from './NodePane';
import { typesAbove } from './naming';

interface Given extends NodeGiven {
  name: string;
  close: () => void;
}

export function MoveDialog({ node, product, name, close }: Given) {
  const { t } = useTranslation(['where', 'common']);
  const { change } = useChange();
  const [to, setTo] = useState<ResourceRef | null>(null);
  const types = typesAbove(split(node.id)[0], product);
  const fits = (ref: ResourceRef) => types.includes(split(ref)[0]) && ref !== node.id && ref !== node.parent;
  const move = () => {
    if (!to) return;
    close();
    change({
      title: t('where:move.title', { name, to: split(to)[1] }),
      explain: t('where:move.explain'),
      commands: [{ command: 'patch_resource', id: node.id, body: { parent: to } }],
    });
  };
  return (
    <Modal opened onClose={close} title={t('where:move.heading', { name })}>
      <Stack>
        <Text size="sm">{t('where:move.lead')}</Text>
        <ResourcePicker
          label={t('where:move.to')}
          value={to}
          onChange={setTo}
          among={fits}
          product={product?.id}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('common:cancel')}
          </Button>
          <Button disabled={!to} onClick={move}>
            {t('where:move.look')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
