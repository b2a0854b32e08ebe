/** Roles × permissions of a product: who could do what by which role. */
import { Loader } from '@mantine/core';
import { IconTableOff } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import { split } from '~/api/types';
import { useHere } from '~/app/here';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { Explained } from './Explained';
import { Grid } from './Grid';
import { HeadTools } from './HeadTools';
import { Legend } from './Legend';
import { areasOf, inArea, linesOf, type Place, permissionsAt, rolesAt, type Table } from './model';
import { type At, nearest } from './moves';
import { PrintTable } from './PrintTable';
import { Toolbar } from './Toolbar';
import { useTable } from './useTable';
import './matrix.css';

export function MatrixPage() {
  const { t } = useTranslation('matrix');
  const { asOf } = useHere();
  const search = useSearch({ from: '/signed-in/matrix' });
  const productId = useProduct(search.product);
  const { place, product, error: placeError } = usePlace(search.scope, productId);
  const { byRef } = useRoles();
  const now = useTable(productId, asOf);
  const earlier = useTable(search.before ? productId : undefined, search.before);
  const possible = inArea(rolesAt(now.table?.roles ?? [], byRef, place), search.area);
  const chosen = search.roles?.split(',').filter(Boolean);
  const error = now.error ?? earlier.error ?? placeError;
  const waiting = !now.table || earlier.isLoading || (search.scope !== undefined && !(place && product));
  const { table } = now;
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      help="matrix"
      actions={productId ? <HeadTools product={productId} /> : null}
      full
    >
      <Toolbar productId={productId} areas={table ? areasOf(table) : []} roles={possible} chosen={chosen} />
      {error ? <ProblemNote error={error} retry={now.retry} /> : null}
      {!error && waiting ? <Loader size="sm" aria-label={t('loading')} /> : null}
      {!error && !waiting && table ? (
        <Shown
          table={{
            ...table,
            roles: chosen ? possible.filter((role) => chosen.includes(role.role)) : possible,
            permissions: permissionsAt(table.permissions, product, place),
          }}
          before={
            earlier.table && search.before ? { cells: earlier.table.cells, at: search.before } : undefined
          }
        />
      ) : null}
    </Page>
  );
}

/** The product of the address; else the one that is administered, or the first one with something to see. */
function useProduct(wanted: string | undefined): string | undefined {
  const { me } = useHere();
  const { data } = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  if (wanted) return wanted;
  const mine = me.administers
    .map((one) => split(one.scope))
    .find(([kind]) => kind === 'product' || kind.includes('/'));
  if (mine) return mine[0] === 'product' ? mine[1] : mine[0].slice(0, mine[0].indexOf('/'));
  const items = data?.items ?? [];
  return (items.find((one) => one.id !== 'admin-center') ?? items[0])?.id;
}

/** The place with everything above it, and the product, which says what can be below it. */
function usePlace(scope: string | undefined, productId: string | undefined) {
  const enabled = scope !== undefined;
  const node = useRead(
    '/v1/orgs/{org}/resources/{resource}',
    { path: { resource: scope ?? '' } },
    { enabled },
  );
  const product = useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product: productId ?? '' } },
    { enabled: enabled && productId !== undefined },
  );
  const place: Place | undefined =
    enabled && node.data ? { chain: [node.data.id, ...node.data.ancestors] } : undefined;
  return { place, product: product.data, error: node.error ?? product.error };
}

interface ShownGiven {
  table: Table;
  before: { cells: Table['cells']; at: string } | undefined;
}

function Shown({ table, before }: ShownGiven) {
  const { t } = useTranslation('matrix');
  const { q, area, differences } = useSearch({ from: '/signed-in/matrix' });
  const lines = linesOf(table, { q, area, differences }, before?.cells);
  const [at, setAt] = useState<At>({ row: 0, column: 0 });
  const row = nearest(lines, Math.min(at.row, Math.max(0, lines.length - 1)), 1);
  const here = { row, column: Math.min(at.column, Math.max(0, table.roles.length - 1)) };
  const line = lines[here.row];
  const role = table.roles[here.column];
  if (lines.length === 0 || table.roles.length === 0)
    return (
      <Empty
        icon={IconTableOff}
        title={t('empty.title')}
        text={t(differences && before ? 'empty.noChange' : differences ? 'empty.noDifference' : 'empty.text')}
      />
    );
  return (
    <>
      <Legend />
      <Grid table={table} lines={lines} before={before?.cells} at={here} onAt={setAt} />
      {line?.kind === 'permission' && role ? (
        <Explained role={role} permission={line.permission} cells={table.cells} before={before} />
      ) : null}
      <PrintTable table={table} lines={lines} />
    </>
  );
}
