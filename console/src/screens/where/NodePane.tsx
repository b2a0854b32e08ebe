/** What is said about the chosen node. */
import { Alert, Breadcrumbs, Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core';
import { IconEyeOff, IconHelpHexagon, IconInfoCircle, IconUsers } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { type ProductWhole, type ResourceRef, split } from '~/api/types';
import { ProblemNote } from '~/parts/ProblemNote';
import { resourceIcon } from '~/parts/Refs';
import { AboutPart } from './AboutPart';
import { NodeActions } from './NodeActions';
import { useNaming, useTypeNaming } from './naming';
import { PeoplePart } from './PeoplePart';
import { PARTS } from './routes';
import type { Whole } from './types';
import { WhoCanPart } from './WhoCanPart';

export function NodePane({ at }: { at: ResourceRef }) {
  const { t } = useTranslation('where');
  const node = useRead('/v1/orgs/{org}/resources/{resource}', { path: { resource: at } });
  // The product is asked for beside the node where the name of the node says which one it is.
  const [kind, id] = split(at);
  const guess = kind === 'product' ? id : kind.includes('/') ? kind.slice(0, kind.indexOf('/')) : undefined;
  const productId = node.data?.product ?? guess;
  const product = useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product: productId ?? '' } },
    { enabled: productId !== undefined },
  );
  if (node.error)
    return (
      <section className="node-pane" aria-label={t('node.label')}>
        <ProblemNote error={node.error} retry={() => void node.refetch()} />
      </section>
    );
  return (
    <section className="node-pane" aria-label={t('node.label')} aria-busy={node.isLoading}>
      {node.data ? <NodeShown node={node.data} product={product.data} /> : <Loading />}
    </section>
  );
}

function Loading() {
  return (
    <Stack>
      <Skeleton height={14} width="40%" />
      <Skeleton height={28} width="60%" />
      <Skeleton height={220} />
    </Stack>
  );
}

export interface NodeGiven {
  node: Whole;
  product: ProductWhole | undefined;
}

function NodeShown({ node, product }: NodeGiven) {
  const { t } = useTranslation('where');
  const naming = useNaming();
  const typeName = useTypeNaming(product);
  const { show, q } = useSearch({ from: '/signed-in/where' });
  const navigate = useNavigate({ from: '/where' });
  const Picture = resourceIcon(node.id);
  const name = naming(node.id, node.properties);
  const nameOnly = node.seen === 'name';
  const part = show ?? (node.seen === 'people' ? 'people' : 'about');
  return (
    <Stack gap="sm" className="node-shown">
      <Breadcrumbs className="node-path" separatorMargin={4}>
        {[...node.ancestors].reverse().map((ancestor) => (
          <Link
            key={ancestor}
            from="/where"
            to="/where"
            search={{ at: ancestor, q }}
            className="path-link"
            title={ancestor}
          >
            {naming(ancestor)}
          </Link>
        ))}
        <span className="soft">{typeName(split(node.id)[0])}</span>
      </Breadcrumbs>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <span className="node-picture">
            <Picture size={22} stroke={1.5} aria-hidden />
          </span>
          <div>
            <Title order={2} className="node-name">
              {name}
            </Title>
            <code className="faint">{node.id}</code>
          </div>
        </Group>
        <NodeActions node={node} product={product} name={name} />
      </Group>
      {nameOnly ? (
        <Alert color="gray" icon={<IconEyeOff size={18} />} title={t('nameOnly.title')}>
          <Text size="sm">{t('nameOnly.text')}</Text>
        </Alert>
      ) : (
        <Tabs
          value={part}
          keepMounted={false}
          onChange={(value) =>
            void navigate({
              search: (before) => ({ ...before, show: PARTS.find((one) => one === value) }),
              replace: true,
            })
          }
          className="node-tabs"
        >
          <Tabs.List>
            <Tabs.Tab value="people" leftSection={<IconUsers size={16} aria-hidden />}>
              {t('people.tab')}
            </Tabs.Tab>
            <Tabs.Tab value="can" leftSection={<IconHelpHexagon size={16} aria-hidden />}>
              {t('can.tab')}
            </Tabs.Tab>
            <Tabs.Tab value="about" leftSection={<IconInfoCircle size={16} aria-hidden />}>
              {t('about.tab')}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="people" className="node-panel">
            <PeoplePart node={node} />
          </Tabs.Panel>
          <Tabs.Panel value="can" className="node-panel">
            <WhoCanPart node={node} product={product} />
          </Tabs.Panel>
          <Tabs.Panel value="about" className="node-panel">
            <AboutPart node={node} product={product} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Stack>
  );
}
