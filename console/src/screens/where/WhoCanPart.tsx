/** Who may do something here, and through what. */
import { Anchor, Group, SegmentedControl, Text, VisuallyHidden } from '@mantine/core';
import { IconHelpHexagon, IconLock } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, useList } from '~/api/read';
import { type ResourceRef, split } from '~/api/types';
import { type Column, DataTable } from '~/parts/DataTable';
import { Empty } from '~/parts/Empty';
import { PermissionPicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { RoleLink, ScopeLink, SubjectLink, SubjectName } from '~/parts/Refs';
import type { NodeGiven } from './NodePane';
import { ProductSelect } from './ProductSelect';

type Able = Answer<'/v1/orgs/{org}/review/who-can'>['items'][number];
const KINDS = ['user', 'api_key'] as const;
type Kind = (typeof KINDS)[number];

export function WhoCanPart({ node, product }: NodeGiven) {
  const { t } = useTranslation('where');
  const { permission } = useSearch({ from: '/signed-in/where' });
  const navigate = useNavigate({ from: '/where' });
  const [chosen, setChosen] = useState<string | null>(permission?.split('/')[0] ?? null);
  const [kind, setKind] = useState<Kind>('user');
  const productId = product?.id ?? chosen;
  const fits = permission?.split('/')[0] === productId ? permission : undefined;
  const ask = (value: string | null) =>
    void navigate({
      search: (before) => ({ ...before, show: 'can', permission: value ?? undefined }),
      replace: true,
    });
  return (
    <>
      <Group gap="sm" mb="sm" align="flex-end" className="can-question">
        {product ? null : <ProductSelect value={chosen} onChange={setChosen} />}
        <div className="can-permission">
          <PermissionPicker
            label={t('can.permission')}
            placeholder={t('can.placeholder')}
            product={productId}
            on={split(node.id)[0]}
            value={fits ?? null}
            onChange={ask}
          />
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('can.kind')}
          value={kind}
          onChange={(value) => setKind(KINDS.find((one) => one === value) ?? 'user')}
          data={[
            { value: 'user', label: t('can.users') },
            { value: 'api_key', label: t('can.keys') },
          ]}
        />
      </Group>
      {fits ? (
        <Holders at={node.id} permission={fits} kind={kind} />
      ) : (
        <Empty icon={IconHelpHexagon} title={t('can.ask')} text={t('can.askText')} />
      )}
    </>
  );
}

function Holders({ at, permission, kind }: { at: ResourceRef; permission: string; kind: Kind }) {
  const { t } = useTranslation('where');
  const able = useList('/v1/orgs/{org}/review/who-can', { query: { permission, resource: at, kind } });
  const columns = useColumns(at, permission);
  if (able.error) return <ProblemNote error={able.error} retry={() => void able.retry()} />;
  return (
    <>
      <Text size="sm" mb={6} role="status">
        {able.isLoading
          ? ''
          : able.hasMore
            ? t('can.countMore', { count: able.items.length })
            : t('can.count', { count: able.items.length })}
      </Text>
      <DataTable
        label={t('can.tab')}
        columns={columns}
        rows={able.items}
        rowId={(row) => row.subject}
        isLoading={able.isLoading}
        more={able.more}
        hasMore={able.hasMore}
        empty={<Empty icon={IconLock} title={t('can.nobody')} text={t('can.nobodyText')} />}
      />
    </>
  );
}

function useColumns(at: ResourceRef, permission: string): Column<Able>[] {
  const { t } = useTranslation('where');
  return [
    {
      id: 'who',
      header: t('people.who'),
      width: 'minmax(140px, 1fr)',
      cell: (row) => <SubjectLink subject={row.subject} />,
    },
    {
      id: 'through',
      header: t('can.through'),
      width: 'minmax(170px, 2fr)',
      cell: (row) => <Through able={row} at={at} />,
    },
    {
      id: 'limits',
      header: t('can.limits'),
      width: 'minmax(90px, 1fr)',
      wideOnly: true,
      cell: (row) => <span title={row.limits?.join('; ')}>{row.limits?.join('; ') || t('can.noLimit')}</span>,
    },
    {
      id: 'why',
      header: <VisuallyHidden>{t('can.whyShort')}</VisuallyHidden>,
      width: '56px',
      cell: (row) => (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/why" search={{ subject: row.subject, permission, resource: at }} {...props} />
          )}
          aria-label={t('can.why', { who: split(row.subject)[1] })}
        >
          {t('can.whyShort')}
        </Anchor>
      ),
    },
  ];
}

/** The groups and roles on the way, and where it is held. */
function Through({ able, at }: { able: Able; at: ResourceRef }) {
  const { t } = useTranslation('where');
  if (!able.path) return <>{t('can.baseline')}</>;
  const { subjects, roles, scope } = able.path;
  return (
    <span className="through">
      {subjects.slice(1).map((subject) => (
        <Fragment key={subject}>
          <SubjectName subject={subject} />
          <Arrow />
        </Fragment>
      ))}
      {roles.map((role, index) => (
        <Fragment key={role}>
          {index > 0 ? <Arrow /> : null}
          <RoleLink role={role} />
        </Fragment>
      ))}
      {scope === at ? null : (
        <>
          <span className="soft">{t('can.at')}</span>
          <ScopeLink scope={scope} />
        </>
      )}
    </span>
  );
}

const Arrow = () => (
  <span aria-hidden className="soft">
    →
  </span>
);
