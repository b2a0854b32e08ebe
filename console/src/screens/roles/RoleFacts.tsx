/** What is to be known about a role beside what it grants. */
import { Anchor, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import type { ProductWhole, RoleWhole } from '~/api/types';
import { RoleLink, ScopeLink } from '~/parts/Refs';
import { copyOf } from './draft';
import { RoleType, useAssignable } from './words';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Roles({ product, ids }: { product: string; ids: string[] }) {
  return (
    <Stack gap={4} className="fact-links">
      {ids.map((id) => (
        <RoleLink key={id} role={id.includes('/') ? id : `${product}/${id}`} />
      ))}
    </Stack>
  );
}

export function RoleFacts({ role, product }: { role: RoleWhole; product: ProductWhole | undefined }) {
  const { t } = useTranslation('roles');
  const assignable = useAssignable();
  const copied = role.custom ? copyOf(role.custom.start) : null;
  const area = role.areas.map((id) => product?.areas.find((one) => one.id === id)?.title ?? id).join(', ');
  return (
    <aside className="role-facts" aria-label={t('facts.title')}>
      <dl>
        <Fact name={t('columns.type')}>
          <RoleType role={role} />
        </Fact>
        <Fact name={t('columns.product')}>
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/products/$product" params={{ product: role.product }} {...props} />
            )}
          >
            {product?.title ?? role.product}
          </Anchor>
        </Fact>
        <Fact name={t('columns.id')}>
          <code>{role.id}</code>
        </Fact>
        {area ? <Fact name={t('facts.area')}>{area}</Fact> : null}
        <Fact name={t('facts.assignable')}>{assignable(role, product)}</Fact>
        {role.instances.length > 0 ? (
          <Fact name={t('facts.instances')}>
            <Stack gap={4} className="fact-links">
              {role.instances.map((one) => (
                <ScopeLink key={one} scope={one} />
              ))}
            </Stack>
          </Fact>
        ) : null}
        {role.level !== null && role.level !== undefined ? (
          <Fact name={t('columns.level')}>
            {role.level}{' '}
            <Text span size="xs" className="soft">
              {t('facts.levelHint')}
            </Text>
          </Fact>
        ) : null}
        {copied ? (
          <Fact name={t('facts.copied')}>
            <RoleLink role={`${role.product}/${copied}`} />
            <Text size="xs" className="soft">
              {t('facts.copiedHint')}
            </Text>
          </Fact>
        ) : null}
        {role.custom?.start === 'all' ? <Fact name={t('facts.begins')}>{t('start.all')}</Fact> : null}
        {role.custom?.includes && role.custom.includes.length > 0 ? (
          <Fact name={t('facts.includes')}>
            <Roles product={role.product} ids={role.custom.includes} />
          </Fact>
        ) : null}
        {role.requires.length > 0 ? (
          <Fact name={t('facts.requires')}>
            <Roles product={role.product} ids={role.requires} />
            <Text size="xs" className="soft">
              {t('facts.requiresHint')}
            </Text>
          </Fact>
        ) : null}
        {role.excludes.length > 0 ? (
          <Fact name={t('facts.excludes')}>
            <Roles product={role.product} ids={role.excludes} />
          </Fact>
        ) : null}
        {role.seat_pool ? <Seats product={role.product} pool={role.seat_pool} /> : null}
        {role.needs_approver ? <Fact name={t('facts.approver')}>{t('facts.approverHint')}</Fact> : null}
        {role.vendor_only ? <Fact name={t('facts.vendor')}>{t('facts.vendorHint')}</Fact> : null}
        {role.public ? <Fact name={t('facts.public')}>{t('facts.publicHint')}</Fact> : null}
      </dl>
    </aside>
  );
}

function Seats({ product, pool }: { product: string; pool: string }) {
  const { t } = useTranslation('roles');
  const { data } = useRead('/v1/orgs/{org}/seat-pools', { query: { product, limit: 100 } });
  const found = data?.items.find((one) => one.id === `${product}/${pool}`);
  if (!found) return <Fact name={t('columns.seats')}>{pool}</Fact>;
  return (
    <Fact name={t('columns.seats')}>
      {found.title}
      <Progress
        value={found.limit > 0 ? (100 * found.taken) / found.limit : 100}
        color={found.free === 0 ? 'red' : 'ambit'}
        my={4}
        aria-label={t('facts.seatsTaken', { taken: found.taken, limit: found.limit })}
      />
      <Text size="xs" className="soft">
        {t('facts.seats', { taken: found.taken, limit: found.limit, free: found.free })}
      </Text>
    </Fact>
  );
}
