/** Who, what, on what; and where it matters, in which circumstances and when. Everything stands in the address. */
import { Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { split, splitRole } from '~/api/types';
import { PermissionPicker, ResourcePicker, SubjectPicker } from '~/parts/Pickers';
import { Choices } from './Choices';
import { Circumstances } from './Circumstances';
import type { WhySearch } from './routes';

/** The product that a question is about, as far as that is clear. */
function productOf({ permission, product, resource }: WhySearch): string | undefined {
  if (permission) return splitRole(permission)[0];
  if (product) return product;
  const [kind, id] = resource ? split(resource) : ['', ''];
  return kind === 'product' ? id : splitRole(kind)[0] || undefined;
}

export function QuestionForm({ search }: { search: WhySearch }) {
  const { t } = useTranslation('why');
  const navigate = useNavigate({ from: '/why' });
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const list = products.data?.items ?? [];
  const product = productOf(search) ?? (list.length === 1 ? list[0]?.id : undefined);
  const chosen = useRead(
    '/v1/orgs/{org}/products/{product}',
    { path: { product: product ?? '' } },
    { enabled: product !== undefined },
  );
  const permission = chosen.data?.permissions.find((one) => `${product}/${one.id}` === search.permission);
  const types = permission?.on ?? [];
  const titles = types.map(
    (type) => chosen.data?.resource_types.find((one) => one.id === type)?.title ?? type,
  );
  const set = (some: WhySearch) => void navigate({ search: (before) => ({ ...before, ...some }) });
  return (
    <section aria-label={t('form.label')} className="question">
      <div className="question-fields">
        <SubjectPicker
          label={t('form.who')}
          kinds={['user', 'group', 'api_key']}
          value={search.subject ?? null}
          onChange={(subject) => set({ subject: subject ?? undefined })}
        />
        <Select
          label={t('form.product')}
          placeholder={t('form.anyProduct')}
          data={list.map((one) => ({ value: one.id, label: one.title }))}
          value={product ?? null}
          onChange={(next) => set({ product: next ?? undefined, permission: undefined })}
          searchable
        />
        <PermissionPicker
          label={t('form.what')}
          product={product ?? null}
          on={search.resource ? split(search.resource)[0] : undefined}
          value={search.permission ?? null}
          onChange={(next) => set({ permission: next ?? undefined, product })}
          {...(product ? {} : { placeholder: t('form.whatHint') })}
        />
        <ResourcePicker
          label={t('form.where')}
          product={product}
          on={types}
          value={search.resource ?? null}
          onChange={(resource) => set({ resource: resource ?? undefined })}
          {...(titles.length > 0 ? { placeholder: t('form.on', { types: titles.join(', ') }) } : {})}
        />
      </div>
      {search.subject ? <Hints search={search} subject={search.subject} set={set} /> : null}
      <Circumstances search={search} set={set} />
    </section>
  );
}

interface HintsGiven {
  search: WhySearch;
  subject: string;
  set: (some: WhySearch) => void;
}

/** Where the person has roles: most questions are about one of these. */
function Hints({ search, subject, set }: HintsGiven) {
  const { t } = useTranslation('why');
  const wanted = !search.permission || !search.resource;
  const { data } = useRead(
    '/v1/orgs/{org}/review/authorized-roles',
    { query: { subject } },
    { enabled: wanted },
  );
  const titles = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  if (!wanted || !data) return null;
  const held = data.items.filter((one) => !one.baseline);
  const product = productOf(search);
  if (!product) {
    const ids = [...new Set(held.map((one) => splitRole(one.role)[0]))];
    const title = (id: string) => titles.data?.items.find((one) => one.id === id)?.title ?? id;
    return (
      <Choices
        label={t('form.rolesIn')}
        choices={ids.map((id) => ({ id, title: title(id) }))}
        choose={(id) => set({ product: id })}
      />
    );
  }
  if (search.resource) return null;
  const there = held.filter((one) => splitRole(one.role)[0] === product).map((one) => one.scope);
  return (
    <Choices
      label={t('form.heldAt')}
      choices={[...new Set(there)].map((id) => ({ id, title: split(id)[1] }))}
      choose={(id) => set({ resource: id })}
    />
  );
}
