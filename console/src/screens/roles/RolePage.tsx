/** One role: what it is for, what it gives, who holds it. */
import { Tabs } from '@mantine/core';
import { IconListCheck, IconPlusMinus, IconUsers } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { Busy } from '~/parts/Busy';
import { Page } from '~/parts/Page';
import { ProblemPage } from '~/parts/ProblemNote';
import { OverlayLines } from './OverlayLines';
import { RoleFacts } from './RoleFacts';
import { RoleGrants } from './RoleGrants';
import { RoleHolders } from './RoleHolders';
import { RoleActions } from './RoleMenu';
import { useProduct } from './words';
import './roles.css';

export function RolePage() {
  const { t } = useTranslation('roles');
  const params = useParams({ from: '/signed-in/roles/$product/$role' });
  const { tab = 'grants' } = useSearch({ from: '/signed-in/roles/$product/$role' });
  const navigate = useNavigate({ from: '/roles/$product/$role' });
  const { data: role, error, refetch } = useRead('/v1/orgs/{org}/roles/{product}/{role}', { path: params });
  const { data: product } = useProduct(params.product);
  // For the title of the product: asked for beside the role, not after.
  useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  if (error) return <ProblemPage error={error} retry={() => void refetch()} />;
  if (!role) return <Busy />;
  return (
    <Page
      title={role.title}
      lead={role.description || t('role.noDescription')}
      help={role.type === 'custom' ? 'custom-roles' : 'roles'}
      actions={<RoleActions role={role} />}
    >
      {role.overlay ? (
        <section className="note" aria-label={t('role.overlaid')}>
          <strong>
            <IconPlusMinus size={16} aria-hidden /> {t('role.overlaid')}
          </strong>
          <OverlayLines overlay={role.overlay} product={product} />
          <Link to="/roles/$product/$role/edit" params={params} className="text-link">
            {t('role.seeOverlay')}
          </Link>
        </section>
      ) : null}
      <div className="role-page">
        <Tabs
          value={tab}
          onChange={(value) =>
            void navigate({ search: { tab: value === 'holders' ? 'holders' : undefined }, replace: true })
          }
          keepMounted={false}
        >
          <Tabs.List mb="sm">
            <Tabs.Tab value="grants" leftSection={<IconListCheck size={16} aria-hidden />}>
              {t('role.grants', { count: role.permissions })}
            </Tabs.Tab>
            <Tabs.Tab value="holders" leftSection={<IconUsers size={16} aria-hidden />}>
              {t('role.holders')}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="grants">
            <RoleGrants role={role} product={product} />
          </Tabs.Panel>
          <Tabs.Panel value="holders">
            <RoleHolders role={role} />
          </Tabs.Panel>
        </Tabs>
        <RoleFacts role={role} product={product} />
      </div>
    </Page>
  );
}
