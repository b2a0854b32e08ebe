/** A new role of one's own: for which product, then everything else in one form. */
import { Button, Paper, Select, Stack } from '@mantine/core';
import { IconUserShield } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { splitRole } from '~/api/types';
import { useHere } from '~/app/here';
import { Busy } from '~/parts/Busy';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote, ProblemPage } from '~/parts/ProblemNote';
import { emptyDraft } from './draft';
import { useInstances } from './parts';
import { usePower } from './power';
import { RoleForm } from './RoleForm';
import { useProduct } from './words';
import './roles.css';

export function NewRole() {
  const { t } = useTranslation('roles');
  const { asOf } = useHere();
  const search = useSearch({ from: '/signed-in/roles/new' });
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const power = usePower();
  if (products.error) return <ProblemPage error={products.error} />;
  if (!products.data) return <Busy />;
  const possible = products.data.items.filter((one) => one.custom_roles && power.in('create_roles', one.id));
  const only = possible.length === 1 ? possible[0]?.id : undefined;
  const product = search.from ? splitRole(search.from)[0] : (search.product ?? only);
  return (
    <Page title={t('new.title')} lead={t('new.lead')} help="custom-roles">
      {asOf ? (
        <Empty icon={IconUserShield} title={t('new.past')} text={t('new.pastText')} />
      ) : product ? (
        <Form key={`${product} ${search.from ?? ''}`} product={product} from={search.from} />
      ) : (
        <ChooseProduct products={products.data.items} />
      )}
    </Page>
  );
}

interface Choice {
  id: string;
  title: string;
  custom_roles: boolean;
}

function ChooseProduct({ products }: { products: Choice[] }) {
  const { t } = useTranslation('roles');
  const navigate = useNavigate({ from: '/roles/new' });
  const power = usePower();
  const able = power.somewhere('create_roles');
  return (
    <Paper withBorder p="lg" maw={560}>
      <Stack>
        <Select
          label={t('new.product')}
          description={t('new.productHint')}
          placeholder={t('new.productPlaceholder')}
          searchable
          data={products.map((one) => ({
            value: one.id,
            label: one.custom_roles ? one.title : t('new.noCustom', { product: one.title }),
            disabled: !one.custom_roles || (able && !power.in('create_roles', one.id)),
          }))}
          value={null}
          onChange={(product) => product && void navigate({ search: { product } })}
        />
      </Stack>
    </Paper>
  );
}

function Form({ product: id, from }: { product: string; from: string | undefined }) {
  const { t } = useTranslation('roles');
  const { data: product, error } = useProduct(id);
  const [, role] = from ? splitRole(from) : ['', ''];
  const original = useRead(
    '/v1/orgs/{org}/roles/{product}/{role}',
    { path: { product: id, role } },
    { enabled: from !== undefined },
  );
  const instances = useInstances(id);
  if (error ?? original.error) return <ProblemNote error={error ?? original.error} />;
  if (!product || (from && !original.data) || instances.isLoading) return <Busy />;
  if (!product.custom_roles)
    return (
      <Empty
        icon={IconUserShield}
        title={t('new.notHere', { product: product.title })}
        text={t('new.notHereText')}
        action={
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/roles" search={{ product: id }} {...props} />}
          >
            {t('new.toRoles')}
          </Button>
        }
      />
    );
  const seen = (instances.data?.items ?? []).map((one) => one.id);
  const bound = original.data?.instances.length ? original.data.instances : seen.length === 1 ? seen : [];
  const draft = {
    ...emptyDraft(id),
    instances: bound,
    ...(from
      ? {
          start: { duplicate: role },
          title: t('new.copyTitle', { role: original.data?.title ?? role }),
          description: original.data?.description ?? '',
        }
      : {}),
  };
  return <RoleForm mode="new" product={product} instances={seen} initial={draft} />;
}
