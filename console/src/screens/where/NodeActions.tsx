/** What can be done with a node, and where it leads. */
import { ActionIcon, Button, Group, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowsMove,
  IconDots,
  IconHelpHexagon,
  IconHistory,
  IconPlus,
  IconTable,
  IconTrash,
  IconUser,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { split } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { AddDialog } from './AddDialog';
import { MoveDialog } from './MoveDialog';
import { useMayAt } from './may';
import type { NodeGiven } from './NodePane';
import { typesAbove, typesBelow } from './naming';

export function NodeActions({ node, product, name }: NodeGiven & { name: string }) {
  const { t } = useTranslation('where');
  const { change } = useChange();
  const navigate = useNavigate({ from: '/where' });
  const [open, setOpen] = useState<'add' | 'move' | null>(null);
  const kind = split(node.id)[0];
  const manages = useMayAt(node)('manage_resources') && node.seen !== 'name';
  const below = typesBelow(kind, product);
  const fixed = kind === 'organization' || kind === 'product';
  const remove = () =>
    change({
      title: t('remove.title', { name }),
      explain: t('remove.explain'),
      confirm: t('remove.confirm'),
      dangerous: true,
      typed: kind === 'instance' || kind === 'project' ? split(node.id)[1] : undefined,
      commands: [{ command: 'delete_resource', id: node.id }],
      onDone: () =>
        void navigate({ search: (before) => ({ ...before, at: node.parent ?? undefined }), replace: true }),
    });
  return (
    <Group gap="xs" wrap="nowrap">
      {manages && below.length > 0 ? (
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => setOpen('add')}
        >
          {t('add.open')}
        </Button>
      ) : null}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Tooltip label={t('node.more')}>
            <ActionIcon variant="default" size={36} aria-label={t('node.more')}>
              <IconDots size={18} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Links node={node} product={product} />
          {manages && !fixed ? (
            <>
              <Menu.Divider />
              {typesAbove(kind, product).length > 0 && kind !== 'instance' ? (
                <Menu.Item
                  leftSection={<IconArrowsMove size={16} aria-hidden />}
                  onClick={() => setOpen('move')}
                >
                  {t('move.open')}
                </Menu.Item>
              ) : null}
              <Menu.Item
                leftSection={<IconTrash size={16} aria-hidden />}
                disabled={node.has_children}
                onClick={remove}
              >
                {node.has_children ? t('remove.notEmpty') : t('remove.open')}
              </Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {open === 'add' ? (
        <AddDialog parent={node.id} product={product} name={name} types={below} close={() => setOpen(null)} />
      ) : null}
      {open === 'move' ? (
        <MoveDialog node={node} product={product} name={name} close={() => setOpen(null)} />
      ) : null}
    </Group>
  );
}

function Links({ node, product }: NodeGiven) {
  const { t } = useTranslation('where');
  return (
    <>
      <Menu.Item
        leftSection={<IconHelpHexagon size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/why" search={{ resource: node.id }} {...props} />}
      >
        {t('node.why')}
      </Menu.Item>
      {product ? (
        <Menu.Item
          leftSection={<IconTable size={16} aria-hidden />}
          renderRoot={(props) => (
            <Link to="/matrix" search={{ product: product.id, scope: node.id }} {...props} />
          )}
        >
          {t('node.matrix')}
        </Menu.Item>
      ) : null}
      <Menu.Item
        leftSection={<IconUser size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/people" search={{ scope: node.id }} {...props} />}
      >
        {t('node.people')}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconHistory size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/history" search={{ resource: node.id }} {...props} />}
      >
        {t('node.history')}
      </Menu.Item>
    </>
  );
}
