/** The page at which a Super Admin starts: every product, who has access to it and who administers it. */
import { Anchor, Badge, Group, SimpleGrid, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import type { ProductShown } from '~/api/types';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { SubjectLink } from '~/parts/Refs';
import { useAccess, usePeopleCount } from './access';
import { SeatBar } from './SeatBar';
import './products.css';

export function Products() {
  const { t } = useTranslation('products');
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const access = useAccess();
  const items = products.data?.items ?? [];
  return (
    <Page title={t('title')} lead={t('lead')} help="start">
      {products.error ? <ProblemNote error={products.error} retry={() => void products.refetch()} /> : null}
      {products.isLoading ? (
        <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
          {[1, 2, 3, 4, 5, 6].map((one) => (
            <Skeleton key={one} height={190} radius="md" />
          ))}
        </SimpleGrid>
      ) : null}
      {products.data && items.length === 0 ? (
        <Empty icon={IconBox} title={t('none')} text={t('noneText')} />
      ) : null}
      <ul className="product-cards">
        {items.map((product) => (
          <li key={product.id}>
            <Card product={product} access={access} />
          </li>
        ))}
      </ul>
      {items.length > 0 ? (
        <Text size="sm" c="dimmed" mt="lg" maw={720}>
          {t('operator')}
        </Text>
      ) : null}
    </Page>
  );
}

/** So many administrators are named on a card. */
const NAMED = 3;

function Card({ product, access }: { product: ProductShown; access: ReturnType<typeof useAccess> }) {
  const { t } = useTranslation('products');
  const people = usePeopleCount({ product: product.id });
  const { all } = useRoles();
  const custom = all.filter((role) => role.product === product.id && role.type === 'custom').length;
  const system = all.filter((role) => role.product === product.id && role.type === 'system').length;
  const instances = access.instancesOf(product.id).length;
  const who = access.administratorsOf(product.id);
  const own = [...new Set([...who.product, ...who.parts.map((one) => one.subject)])];
  const administrators = new Set([...own, ...who.everything]).size;
  return (
    <article className="product-card">
      <Stack gap={2}>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h3">
            <Anchor
              inherit
              c="inherit"
              renderRoot={(props) => (
                <Link to="/products/$product" params={{ product: product.id }} {...props} />
              )}
            >
              {product.title}
            </Anchor>
          </Title>
          {product.custom_roles ? (
            <Badge color="green.9">{t('card.customRoles')}</Badge>
          ) : (
            <Tooltip label={t('card.noCustomRolesWhy')}>
              <Badge color="gray.9">{t('card.noCustomRoles')}</Badge>
            </Tooltip>
          )}
        </Group>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {product.description}
        </Text>
      </Stack>
      <dl className="product-figures">
        <Figure label={t('figures.instances')} value={String(instances)} />
        <Figure label={t('figures.people')} value={people ?? '…'} />
        <Figure label={t('figures.administrators')} value={String(administrators)} />
        <Figure label={t('figures.roles')} value={custom > 0 ? `${system} + ${custom}` : String(system)} />
      </dl>
      <div className="product-administrators">
        {own.length > 0 ? (
          own.slice(0, NAMED).map((subject) => <SubjectLink key={subject} subject={subject} />)
        ) : (
          <Text size="sm" c="dimmed">
            {t('card.everythingOnly')}
          </Text>
        )}
        {own.length > NAMED ? (
          <Text size="sm" c="dimmed">
            {t('card.more', { count: own.length - NAMED })}
          </Text>
        ) : null}
      </div>
      {access.poolsOf(product.id).map((pool) => (
        <SeatBar key={pool.id} pool={pool} />
      ))}
      <Group gap="md" className="product-links">
        <ProductLinks product={product.id} title={product.title} />
      </Group>
    </article>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Where a product leads. */
function ProductLinks({ product, title }: { product: string; title: string }) {
  const { t } = useTranslation('products');
  return (
    <>
      <Anchor
        size="sm"
        aria-label={t('links.of', { what: t('links.instances'), title })}
        renderRoot={(props) => <Link to="/products/$product" params={{ product }} {...props} />}
      >
        {t('links.instances')}
      </Anchor>
      <Anchor
        size="sm"
        aria-label={t('links.of', { what: t('links.people'), title })}
        renderRoot={(props) => <Link to="/people" search={{ product }} {...props} />}
      >
        {t('links.people')}
      </Anchor>
      <Anchor
        size="sm"
        aria-label={t('links.of', { what: t('links.roles'), title })}
        renderRoot={(props) => <Link to="/roles" search={{ product }} {...props} />}
      >
        {t('links.roles')}
      </Anchor>
      <Anchor
        size="sm"
        aria-label={t('links.of', { what: t('links.matrix'), title })}
        renderRoot={(props) => <Link to="/matrix" search={{ product }} {...props} />}
      >
        {t('links.matrix')}
      </Anchor>
    </>
  );
}
