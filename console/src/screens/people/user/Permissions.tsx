/** What somebody may do at last, wherever it comes from. */
import { Accordion, Button, Group, Skeleton, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconLockOff, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProductTitle } from '~/api/names';
import { useList } from '~/api/read';
import type { SubjectRef } from '~/api/types';
import { Empty } from '~/parts/Empty';
import { ResourcePicker } from '~/parts/Pickers';
import { ProblemNote } from '~/parts/ProblemNote';
import { RoleLink, ScopeLink, StateBadge } from '~/parts/Refs';
import { type AtPlace, grouped, type PermissionsOf, type UserPermission } from '../shared/permissions';
import { Origin } from './HeldRoles';

export function Permissions({ subject }: { subject: SubjectRef }) {
  const { t } = useTranslation('people');
  const [typed, setTyped] = useState('');
  const sought = useDeferredValue(typed);
  const [place, setPlace] = useState<string | null>(null);
  const list = useList(
    '/v1/orgs/{org}/review/user-permissions',
    { query: { subject, ...(place ? { scope: place } : {}) } },
    { page: 1000 },
  );
  const groups = grouped(list.items, sought);
  const products = groups.map((one) => one.product);
  const [opened, setOpened] = useState<string[] | null>(null);
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput
          label={t('permissions.find')}
          placeholder={t('permissions.findHint')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          flex={1}
          maw={420}
        />
        <ResourcePicker
          label={t('permissions.place')}
          placeholder={t('permissions.anyPlace')}
          value={place}
          onChange={setPlace}
        />
      </Group>
      {list.error ? <ProblemNote error={list.error} retry={() => void list.retry()} /> : null}
      {list.isLoading ? <Skeleton height={200} radius="md" /> : null}
      {!list.isLoading && !list.error && groups.length === 0 ? (
        <Empty icon={IconLockOff} title={t('permissions.empty.title')} text={t('permissions.empty.text')} />
      ) : null}
      <Accordion
        className="permissions"
        multiple
        order={2}
        variant="contained"
        // Who looks for something sees all that was found; else the first product is open until somebody chooses.
        value={sought ? products : (opened ?? products.slice(0, 1))}
        onChange={setOpened}
      >
        {groups.map((group) => (
          <OfOneProduct key={group.product} group={group} />
        ))}
      </Accordion>
      {list.hasMore ? (
        <Button variant="default" onClick={list.more} loading={list.isLoadingMore} w="fit-content">
          {t('permissions.more')}
        </Button>
      ) : null}
    </Stack>
  );
}

function OfOneProduct({ group }: { group: PermissionsOf }) {
  const { t } = useTranslation('people');
  const title = useProductTitle(group.product);
  return (
    <Accordion.Item value={group.product}>
      <Accordion.Control>
        <Group justify="space-between" pr="sm">
          <Text fw={600}>{title}</Text>
          <Text size="sm" className="soft">
            {t('permissions.count', { count: group.count })}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack>
          {group.places.map((at) => (
            <OnePlace key={at.place} at={at} product={title} />
          ))}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function OnePlace({ at, product }: { at: AtPlace; product: string }) {
  const { t } = useTranslation('people');
  return (
    <section>
      <Title order={3} size="sm" mb={4}>
        <ScopeLink scope={at.place} />
      </Title>
      <Table.ScrollContainer minWidth={560} type="native">
        <Table aria-label={t('permissions.table', { product, place: at.place })} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="45%">{t('permissions.permission')}</Table.Th>
              <Table.Th w="25%">{t('permissions.gives')}</Table.Th>
              <Table.Th>{t('held.from')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {at.permissions.map((one) => (
              <Table.Tr
                key={one.permission + one.path.roles.join() + one.path.subjects.join() + (one.when ?? '')}
              >
                <Table.Td>
                  <Text size="sm">{one.title}</Text>
                  <code className="faint">{one.permission}</code>
                </Table.Td>
                <Table.Td>
                  <Given permission={one} />
                </Table.Td>
                <Table.Td>
                  {one.path.roles[0] ? <RoleLink role={one.path.roles[0]} /> : null}
                  {one.path.subjects.length > 1 ? (
                    <Origin held={{ baseline: false, path: one.path }} />
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}

const COLORS = { allow: 'green', limited: 'blue', needs_approval: 'yellow', conditional: 'yellow' } as const;

/** What it comes to, and by which terms. */
function Given({ permission }: { permission: UserPermission }) {
  const { t } = useTranslation('people');
  const { gives, limit, when, related, requires, within, except, within_budget } = permission;
  return (
    <Stack gap={2}>
      <StateBadge color={COLORS[gives]}>{t(`permissions.kinds.${gives}`)}</StateBadge>
      {limit ? <Term>{limit.text}</Term> : null}
      {within_budget ? <Term>{t('permissions.budget')}</Term> : null}
      {when ? (
        <Term>
          {t('permissions.when')} <code>{when}</code>
        </Term>
      ) : null}
      {related && related.length > 0 ? (
        <Term>{t('permissions.related', { relations: related.join(', ') })}</Term>
      ) : null}
      {requires && requires.length > 0 ? (
        <Term>{t('permissions.requires', { roles: requires.join(', ') })}</Term>
      ) : null}
      {within ? (
        <Term>
          {t('permissions.within')} <ScopeLink scope={within} />
        </Term>
      ) : null}
      {except && except.length > 0 ? (
        <Term>{t('permissions.except', { places: except.join(', ') })}</Term>
      ) : null}
    </Stack>
  );
}

function Term({ children }: { children: React.ReactNode }) {
  return (
    <Text size="xs" className="soft" component="div">
      {children}
    </Text>
  );
}
