/** What can be done with a role, as buttons on its page and as a menu in the list. */
import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconArrowsDiff,
  IconCopy,
  IconDots,
  IconHistory,
  IconPencil,
  IconPlusMinus,
  IconTable,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { type RoleShown, splitRole } from '~/api/types';
import { useDelete } from './deletion';
import { isCustom, usePower } from './power';

/** What I may do with a role. Products without custom roles offer no copies, those not customizable no overlay. */
export function useActions(role: RoleShown) {
  const power = usePower();
  const { data } = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const product = data?.items.find((one) => one.id === role.product);
  return {
    duplicate: !role.baseline && product?.custom_roles === true && power.in('create_roles', role.product),
    edit: isCustom(role) && power.in('edit_roles', role.product),
    overlay:
      !isCustom(role) &&
      !role.id.endsWith('/(everyone)') &&
      product?.customizable === true &&
      power.in('edit_roles', role.product),
    remove: isCustom(role) && power.in('delete_roles', role.product),
  };
}

export function RoleMenu({ role }: { role: RoleShown }) {
  const { t } = useTranslation('roles');
  const may = useActions(role);
  const remove = useDelete();
  const [product, id] = splitRole(role.id);
  const params = { product, role: id };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t('actions.more', { role: role.title })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may.edit || may.overlay ? (
          <Menu.Item
            leftSection={may.overlay ? <IconPlusMinus size={16} /> : <IconPencil size={16} />}
            renderRoot={(props) => <Link to="/roles/$product/$role/edit" params={params} {...props} />}
          >
            {may.overlay ? t('actions.overlay') : t('actions.edit')}
          </Menu.Item>
        ) : null}
        {may.duplicate ? (
          <Menu.Item
            leftSection={<IconCopy size={16} />}
            renderRoot={(props) => <Link to="/roles/new" search={{ from: role.id }} {...props} />}
          >
            {t('actions.duplicate')}
          </Menu.Item>
        ) : null}
        <Menu.Item
          leftSection={<IconArrowsDiff size={16} />}
          renderRoot={(props) => <Link to="/roles/compare" search={{ first: role.id }} {...props} />}
        >
          {t('actions.compare')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTable size={16} />}
          renderRoot={(props) => <Link to="/matrix" search={{ product }} {...props} />}
        >
          {t('actions.matrix')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHistory size={16} />}
          renderRoot={(props) => <Link to="/history" search={{ about: role.id }} {...props} />}
        >
          {t('actions.history')}
        </Menu.Item>
        {may.remove ? (
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => void remove(role)}>
            {t('actions.delete')}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The most used ones as buttons, the others behind the dots. */
export function RoleActions({ role }: { role: RoleShown }) {
  const { t } = useTranslation('roles');
  const may = useActions(role);
  const [product, id] = splitRole(role.id);
  return (
    <>
      {may.edit || may.overlay ? (
        <Button
          leftSection={may.overlay ? <IconPlusMinus size={16} /> : <IconPencil size={16} />}
          renderRoot={(props) => (
            <Link to="/roles/$product/$role/edit" params={{ product, role: id }} {...props} />
          )}
        >
          {may.overlay ? t('actions.overlay') : t('actions.edit')}
        </Button>
      ) : null}
      {may.duplicate ? (
        <Button
          variant="default"
          leftSection={<IconCopy size={16} />}
          renderRoot={(props) => <Link to="/roles/new" search={{ from: role.id }} {...props} />}
        >
          {t('actions.duplicate')}
        </Button>
      ) : null}
      <RoleMenu role={role} />
    </>
  );
}
