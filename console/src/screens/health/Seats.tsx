/** Seat pools: how many seats are used, reserved and free. */
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useProductTitle } from '~/api/names';
import { useRead } from '~/api/read';
import type { components } from '~/api/schema';
import { splitRole } from '~/api/types';
import { Gauge, PartsBar, type Tone } from '~/parts/Charts';
import { RoleLink, StateBadge } from '~/parts/Refs';
import { Finding } from './Finding';

type SeatPool = components['schemas']['SeatPool'];

/** From this share on a pool is nearly full. */
const NEARLY = 0.9;
const isTight = (pool: SeatPool) => pool.taken >= NEARLY * pool.limit;

export function Seats() {
  const { t } = useTranslation('health');
  const pools = useRead('/v1/orgs/{org}/seat-pools', { query: { limit: 1000 } });
  const items = pools.data?.items ?? [];
  const tight = items.filter(isTight);
  if (pools.data && items.length === 0) return null;
  return (
    <Finding
      title={t('seats.title')}
      from={[pools]}
      count={tight.length}
      tone={tight.some((pool) => pool.free === 0) ? 'bad' : 'warn'}
      advice={t('seats.advice')}
      good={t('seats.good')}
      always={
        <Stack gap="md">
          {[...items]
            .sort((one, other) => other.taken / other.limit - one.taken / one.limit)
            .map((pool) => (
              <Pool key={pool.id} pool={pool} />
            ))}
        </Stack>
      }
    />
  );
}

function Pool({ pool }: { pool: SeatPool }) {
  const { t } = useTranslation('health');
  const product = useProductTitle(splitRole(pool.id)[0]);
  const tone: Tone = pool.free === 0 ? 'bad' : isTight(pool) ? 'warn' : 'good';
  const label = t('seats.gauge', { title: pool.title, taken: pool.taken, limit: pool.limit });
  return (
    <div className="seat-pool">
      <Gauge label={label} value={pool.taken} limit={pool.limit} tone={tone} />
      <div>
        <Group gap="xs" mb={6}>
          <Text size="sm" fw={600}>
            {pool.title}
          </Text>
          <Text size="xs" c="dimmed">
            {product}
          </Text>
          {pool.free === 0 ? <StateBadge color="red">{t('seats.full')}</StateBadge> : null}
          {pool.free > 0 && isTight(pool) ? (
            <StateBadge color="yellow">{t('seats.nearly')}</StateBadge>
          ) : null}
        </Group>
        <PartsBar
          label={label}
          parts={[
            { id: 'used', label: t('seats.used'), value: pool.taken - pool.invited, tone },
            { id: 'invited', label: t('seats.invited'), value: pool.invited, tone: 'info' },
            { id: 'free', label: t('seats.free'), value: pool.free, tone: 'line' },
          ]}
        />
        <Group gap="xs" mt={6}>
          {pool.roles.map((role) => (
            <RoleLink key={role} role={role} />
          ))}
        </Group>
      </div>
    </div>
  );
}
