/** Whose screen, of which product, where, and beside whom. */
import { Button, Checkbox, Group, Select } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { split, splitRole } from '~/api/types';
import { ResourcePicker, SubjectPicker } from '~/parts/Pickers';
import { Choices } from '../why/Choices';
import type { SeeAsSearch } from './routes';

interface Given {
  search: SeeAsSearch;
  product: string | undefined;
}

export function Form({ search, product }: Given) {
  const { t } = useTranslation('seeAs');
  const navigate = useNavigate({ from: '/see-as' });
  const products = useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  const list = products.data?.items ?? [];
  const set = (some: SeeAsSearch) => void navigate({ search: (before) => ({ ...before, ...some }) });
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
          onChange={(next) => set({ product: next ?? undefined, resource: undefined })}
          searchable
        />
        <ResourcePicker
          label={t('form.where')}
          product={product}
          value={search.resource ?? null}
          onChange={(resource) => set({ resource: resource ?? undefined, product })}
        />
        <SubjectPicker
          label={t('form.beside')}
          placeholder={t('form.nobody')}
          kinds={['user', 'group', 'api_key']}
          value={search.beside ?? null}
          onChange={(beside) => set({ beside: beside ?? undefined })}
        />
      </div>
      {search.subject && !search.resource ? (
        <Hints subject={search.subject} product={product} set={set} titles={list} />
      ) : null}
      <Group gap="lg" mt="sm">
        <Checkbox
          label={t('form.all')}
          checked={search.all ?? false}
          onChange={(event) => set({ all: event.currentTarget.checked || undefined })}
        />
        {search.beside ? (
          <>
            <Checkbox
              label={t('form.differences')}
              checked={search.differences ?? false}
              onChange={(event) => set({ differences: event.currentTarget.checked || undefined })}
            />
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconArrowsExchange size={15} aria-hidden />}
              onClick={() => set({ subject: search.beside, beside: search.subject })}
            >
              {t('form.swap')}
            </Button>
          </>
        ) : null}
      </Group>
    </section>
  );
}

interface HintsGiven {
  subject: string;
  product: string | undefined;
  titles: { id: string; title: string }[];
  set: (some: SeeAsSearch) => void;
}

/** Where the person has roles. */
function Hints({ subject, product, titles, set }: HintsGiven) {
  const { t } = useTranslation('seeAs');
  const { data } = useRead('/v1/orgs/{org}/review/authorized-roles', { query: { subject } });
  const held = (data?.items ?? []).filter((one) => !one.baseline);
  if (!product) {
    const ids = [...new Set(held.map((one) => splitRole(one.role)[0]))];
    const title = (id: string) => titles.find((one) => one.id === id)?.title ?? id;
    return (
      <Choices
        label={t('form.rolesIn')}
        choices={ids.map((id) => ({ id, title: title(id) }))}
        choose={(id) => set({ product: id })}
      />
    );
  }
  const there = held.filter((one) => splitRole(one.role)[0] === product).map((one) => one.scope);
  return (
    <Choices
      label={t('form.heldAt')}
      choices={[...new Set(there)].map((id) => ({ id, title: split(id)[1] }))}
      choose={(id) => set({ resource: id, product })}
    />
  );
}
