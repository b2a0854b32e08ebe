/** Roles × permissions of a product: who could do what by which role. */
import { Loader } from '@mantine/core';
import { IconTableOff } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ProductWhole } from '~/api/types';
import { split } from '~/api/types';
import { useHere } from '~/app/here';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { Explained } from './Explained';
import { Grid } from './Grid';
import { HeadTools } from './HeadTools';
import { Legend } from './Legend';
import { linesOf, type Place, permissionsAt, rolesAt, shownRoles, type Table } from './model';
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
  const product = useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product: productId ?? '' } },
    { enabled: productId !== undefined },
  );
  const place = usePlace(search.scope);
  const read = useTable(productId, asOf);
  const earlier = useTable(search.before ? productId : undefined, search.before);
  const possible = rolesAt(read.roles, place);
  const chosen = search.roles?.split(',').filter(Boolean);
  const error = product.error ?? read.error ?? earlier.error;
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      help="matrix"
      actions={productId ? <HeadTools product={productId} /> : null}
      full
    >
      <Toolbar
        productId={productId}
        product={product.data}
        roles={possible.filter((role) => !search.area || role.areas.includes(search.area))}
        chosen={chosen}
      />
      {error ? <ProblemNote error={error} retry={read.retry} /> : null}
      {!error && (!product.data || !read.cells || earlier.isLoading) ? (
        <Loader size="sm" aria-label={t('loading')} />
      ) : null}
      {product.data && read.cells && !earlier.isLoading && !error ? (
        <Shown
          product={product.data}
          table={{
            cells: read.cells,
            roles: shownRoles(possible, { area: search.area, chosen }),
            permissions: permissionsAt(product.data, place),
          }}
          before={earlier.cells && search.before ? { cells: earlier.cells, at: search.before } : undefined}
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

/** The place with everything above it. */
function usePlace(scope: string | undefined): Place | undefined {
  const { data } = useRead(
    '/v1/orgs/{org}/resources/{resource}',
    { path: { resource: scope ?? '' } },
    { enabled: scope !== undefined },
  );
  return scope && data ? { chain: [data.id, ...data.ancestors] } : undefined;
}

interface ShownGiven {
  product: ProductWhole;
  table: Table;
  before: { cells: Table['cells']; at: string } | undefined;
}

function Shown({ product, table, before }: ShownGiven) {
  const { t } = useTranslation('matrix');
  const { q, area, differences } = useSearch({ from: '/signed-in/matrix' });
  const lines = useMemo(
    () => linesOf(product, table, { q, area, differences }, before?.cells),
    [product, table, q, area, differences, before],
  );
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
      <Grid product={product} table={table} lines={lines} before={before?.cells} at={here} onAt={setAt} />
      {line?.kind === 'permission' && role ? (
        <Explained
          product={product}
          role={role}
          permission={line.permission}
          cells={table.cells}
          before={before}
        />
      ) : null}
      <PrintTable product={product} table={table} lines={lines} />
    </>
  );
}
