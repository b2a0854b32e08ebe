/** One product: its instances first, which is where who administers a single product starts. */
import { Badge, Button, Group, Tabs } from '@mantine/core';
import { IconMap2, IconTable, IconUserShield } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ProductWhole } from '~/api/types';
import { Busy } from '~/parts/Busy';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { AdministratorsPart } from './AdministratorsPart';
import { CatalogPart } from './CatalogPart';
import { InstancesPart } from './InstancesPart';
import { PermissionsPart } from './PermissionsPart';
import { PRODUCT_PARTS, type ProductPart } from './routes';
import { SeatsPart } from './SeatsPart';
import { TypesPart } from './TypesPart';
import './products.css';

export function ProductPage() {
  const { t } = useTranslation('products');
  const { product: id } = useParams({ from: '/signed-in/products/$product' });
  const product = useRead('/v1/orgs/{org}/products/{product}', { path: { product: id } });
  if (product.error)
    return (
      <Page title={id}>
        <ProblemNote error={product.error} retry={() => void product.refetch()} />
      </Page>
    );
  if (!product.data) return <Busy />;
  const { title, description, version, custom_roles: custom, customizable } = product.data;
  return (
    <Page
      title={title}
      lead={
        <>
          {description}
          <Group gap={6} mt={6}>
            <Badge color="gray.9">{t('version', { version })}</Badge>
            <Badge color={custom ? 'green.9' : 'gray.9'}>
              {t(custom ? 'card.customRoles' : 'card.noCustomRoles')}
            </Badge>
            {customizable ? <Badge color="blue.9">{t('customizable')}</Badge> : null}
          </Group>
        </>
      }
      actions={<Actions product={id} />}
      full
    >
      <Parts product={product.data} />
    </Page>
  );
}

function Actions({ product }: { product: string }) {
  const { t } = useTranslation('products');
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUserShield size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/roles" search={{ product }} {...props} />}
      >
        {t('links.roles')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconTable size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/matrix" search={{ product }} {...props} />}
      >
        {t('links.matrix')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconMap2 size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/where" search={{ at: `product:${product}` }} {...props} />}
      >
        {t('links.where')}
      </Button>
    </>
  );
}

function Parts({ product }: { product: ProductWhole }) {
  const { t } = useTranslation('products');
  const { show } = useSearch({ from: '/signed-in/products/$product' });
  const navigate = useNavigate({ from: '/products/$product' });
  const there = PRODUCT_PARTS.filter((part) => part !== 'seats' || product.seat_pools.length > 0);
  const part: ProductPart = there.find((one) => one === show) ?? 'instances';
  const go = (value: string | null) =>
    void navigate({ search: { show: PRODUCT_PARTS.find((one) => one === value) }, replace: true });
  return (
    <Tabs value={part} onChange={go} keepMounted={false} className="product-tabs">
      <Tabs.List>
        {there.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t(`parts.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={part} className="product-panel">
        <PartShown part={part} product={product} />
      </Tabs.Panel>
    </Tabs>
  );
}

function PartShown({ part, product }: { part: ProductPart; product: ProductWhole }) {
  switch (part) {
    case 'instances':
      return <InstancesPart product={product} />;
    case 'administrators':
      return <AdministratorsPart product={product.id} />;
    case 'seats':
      return <SeatsPart product={product.id} />;
    case 'permissions':
      return <PermissionsPart product={product} />;
    case 'types':
      return <TypesPart product={product} />;
    case 'catalog':
      return <CatalogPart product={product.id} />;
  }
}
