/** Changing a role: one's own in the same form in which it was made, a system role as a difference from its default. */
import { IconUserShield } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ProductWhole, RoleWhole } from '~/api/types';
import { useHere } from '~/app/here';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemPage } from '~/parts/ProblemNote';
import { draftOf } from './draft';
import { OverlayForm } from './OverlayForm';
import { useInstances } from './parts';
import { RoleForm } from './RoleForm';
import { useProduct } from './words';
import './roles.css';

export function EditRole() {
  const { t } = useTranslation('roles');
  const { asOf } = useHere();
  const params = useParams({ from: '/signed-in/roles/$product/$role/edit' });
  const role = useRead('/v1/orgs/{org}/roles/{product}/{role}', { path: params });
  const product = useProduct(params.product);
  const error = role.error ?? product.error;
  if (error) return <ProblemPage error={error} />;
  if (!role.data || !product.data) return <Busy />;
  const overlay = role.data.type === 'system' && product.data.customizable;
  return (
    <Page
      title={t(overlay ? 'overlay.title' : 'edit.title', { role: role.data.title })}
      lead={t(overlay ? 'overlay.lead' : 'edit.lead')}
      help={overlay ? 'overlays' : 'custom-roles'}
    >
      {asOf ? (
        <Empty icon={IconUserShield} title={t('new.past')} text={t('new.pastText')} />
      ) : (
        <Editor key={role.data.id} role={role.data} product={product.data} />
      )}
    </Page>
  );
}

function Editor({ role, product }: { role: RoleWhole; product: ProductWhole }) {
  const { t } = useTranslation('roles');
  const instances = useInstances(product.id);
  if (role.custom) {
    if (instances.isLoading) return <Busy />;
    const seen = (instances.data?.items ?? []).map((one) => one.id);
    return <RoleForm mode="edit" product={product} instances={seen} initial={draftOf(role.custom)} />;
  }
  if (product.customizable && !role.id.endsWith('/(everyone)'))
    return <OverlayForm role={role} product={product} />;
  return (
    <Empty
      icon={IconUserShield}
      title={t('edit.system')}
      text={t('edit.systemText', { product: product.title })}
    />
  );
}
