/** Small words about roles that several screens say. */
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ProductWhole, RoleShown } from '~/api/types';
import { StateBadge } from '~/parts/Refs';
import type { Refusal } from './types';

/** System, custom, or a system role that the organization changed. */
export function RoleType({ role }: { role: Pick<RoleShown, 'type' | 'overlaid'> }) {
  const { t } = useTranslation('roles');
  if (role.type === 'custom') return <StateBadge color="blue">{t('types3.custom')}</StateBadge>;
  if (role.overlaid) return <StateBadge color="yellow">{t('types3.overlaid')}</StateBadge>;
  return <StateBadge color="gray">{t('types3.system')}</StateBadge>;
}

/** The name of a type of resource: those of products say theirs. */
export function useTypeTitle(product?: ProductWhole): (id: string) => string {
  const { t } = useTranslation('roles');
  return (id) =>
    product?.resource_types.find((type) => type.id === id)?.title ??
    t(`types.${id as 'product'}`, { defaultValue: capital(id.split('/')[1] ?? id) });
}

const capital = (id: string) => (id.charAt(0).toUpperCase() + id.slice(1)).replaceAll('_', ' ');

/** Where a role may be assigned, in words. */
export function useAssignable(): (role: RoleShown, product?: ProductWhole) => string {
  const { t } = useTranslation('roles');
  const titleOf = useTypeTitle();
  return (role, product) => {
    if (role.baseline) return t('assignable.baseline');
    if (!role.assignable_at) return t('assignable.anywhere');
    const title = (id: string) =>
      product?.resource_types.find((type) => type.id === id)?.title ?? titleOf(id);
    return role.assignable_at.map(title).join(', ');
  };
}

/** Why a permission cannot be in a role: in our words where the code is known. */
export function useReason(): (refusal: Refusal) => string {
  const { t } = useTranslation('roles');
  return ({ code, message }) => {
    if (code === 'forbidden_permission') return t('barred.forbidden');
    if (code === 'escalation') return t('barred.escalation');
    return message.replaceAll('`', '');
  };
}

export function useProduct(product: string | null) {
  return useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product: product ?? '' } },
    { enabled: product !== null },
  );
}

export interface PermissionGroup {
  id: string;
  title: string;
  permissions: ProductWhole['permissions'];
}

/** The permissions of a product by area; by the kind of thing they are meant on where there are no areas. */
export function useGroups(product: ProductWhole | undefined): PermissionGroup[] {
  const { t } = useTranslation('roles');
  const typeTitle = useTypeTitle(product);
  if (!product) return [];
  const areas = new Map(product.areas.map((area) => [area.id, area.title]));
  const groups = new Map<string, PermissionGroup>();
  for (const permission of product.permissions) {
    const id = areas.size > 0 ? (permission.area ?? '') : (permission.on[0] ?? '');
    const title = areas.size > 0 ? areas.get(id) : id && typeTitle(id);
    const group = groups.get(id) ?? { id, title: title || t('grants.otherArea'), permissions: [] };
    group.permissions.push(permission);
    groups.set(id, group);
  }
  return [...groups.values()];
}
