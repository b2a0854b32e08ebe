/** The instances of a product: how many people have access to each, who administers it, what is known about it. */
import { Anchor, Button, Group, Text } from '@mantine/core';
import { IconPlus, IconServer } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '~/api/read';
import { type ProductWhole, type ResourceShown, split } from '~/api/types';
import { useHere } from '~/app/here';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { ProblemNote } from '~/parts/ProblemNote';
import { ScopeLink, SubjectLink } from '~/parts/Refs';
import { AddDialog } from '~/screens/where/AddDialog';
import { useMayAt } from '~/screens/where/may';
import { givenName } from '~/screens/where/naming';
import { flat, shownValue } from '~/screens/where/properties';
import { useAccess, usePeopleCount } from './access';

export function InstancesPart({ product }: { product: ProductWhole }) {
  const { t } = useTranslation('products');
  const navigate = useNavigate();
  const { org } = useHere();
  const id = `product:${product.id}`;
  const instances = useList('/v1/orgs/{org}/resources', { query: { parent: id, depth: 1 } });
  const columns = useColumns(product.id);
  const manages = useMayAt({ id, ancestors: [`organization:${org}`] });
  const [adding, setAdding] = useState(false);
  const add = manages('manage_resources') ? (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t('instances.add')}
    </Button>
  ) : null;
  if (instances.error) return <ProblemNote error={instances.error} retry={() => void instances.retry()} />;
  return (
    <>
      {instances.items.length > 0 ? (
        <Group justify="space-between" mb="sm">
          <Text size="sm" c="dimmed">
            {t('instances.lead')}
          </Text>
          {add}
        </Group>
      ) : null}
      <DataTable
        label={t('parts.instances')}
        columns={columns}
        rows={instances.items}
        rowId={(row) => row.id}
        rowHeight={56}
        onOpen={(row) => void navigate({ to: '/where', search: { at: row.id } })}
        isLoading={instances.isLoading}
        more={instances.more}
        hasMore={instances.hasMore}
        empty={
          <Empty icon={IconServer} title={t('instances.none')} text={t('instances.noneText')} action={add} />
        }
      />
      {adding ? (
        <AddDialog
          parent={id}
          name={product.title}
          product={product}
          types={['instance']}
          close={() => setAdding(false)}
        />
      ) : null}
    </>
  );
}

function useColumns(product: string): Column<ResourceShown>[] {
  const { t } = useTranslation('products');
  const who = useAccess().administratorsOf(product);
  return [
    {
      id: 'name',
      header: t('instances.instance'),
      width: 'minmax(140px, 1.2fr)',
      cell: (row) => (
        <div>
          <ScopeLink scope={row.id} />
          {givenName(row.properties) ? (
            <Text size="xs" className="soft" truncate>
              {givenName(row.properties)}
            </Text>
          ) : null}
        </div>
      ),
    },
    {
      id: 'people',
      header: t('figures.people'),
      width: '130px',
      cell: (row) => <People scope={row.id} />,
    },
    {
      id: 'administrators',
      header: t('figures.administrators'),
      width: 'minmax(140px, 1.2fr)',
      cell: (row) => {
        const mine = who.parts.filter((one) => one.scope === row.id);
        if (mine.length === 0) return <span className="soft">{t('instances.nobodyAlone')}</span>;
        return (
          <Group gap={10} wrap="nowrap">
            {mine.map((one) => (
              <SubjectLink key={one.subject} subject={one.subject} />
            ))}
          </Group>
        );
      },
    },
    {
      id: 'facts',
      header: t('instances.facts'),
      width: 'minmax(140px, 1.6fr)',
      wideOnly: true,
      cell: (row) => <Facts properties={row.properties} />,
    },
  ];
}

/** How many have access, and the way to them. */
function People({ scope }: { scope: string }) {
  const { t } = useTranslation('products');
  const count = usePeopleCount({ scope });
  return (
    <Anchor
      size="sm"
      aria-label={t('instances.peopleOf', {
        count: Number.parseInt(count ?? '0', 10),
        scope: split(scope)[1],
      })}
      renderRoot={(props) => <Link to="/people" search={{ scope }} {...props} />}
    >
      {count ?? '…'}
    </Anchor>
  );
}

function Facts({ properties }: { properties: Record<string, unknown> }) {
  const facts = flat(properties).filter(([name]) => name !== 'title' && name !== 'name');
  if (facts.length === 0) return <span className="soft">–</span>;
  const text = facts.map(([name, value]) => `${name}: ${shownValue(value)}`).join(' · ');
  return (
    <span className="facts" title={text}>
      {text}
    </span>
  );
}
