/** How full a seat pool is: people who are in, people who are invited, and what is left. */
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Pool } from './access';

export function SeatBar({ pool }: { pool: Pool }) {
  const { t } = useTranslation('products');
  const share = (count: number) => `${pool.limit === 0 ? 0 : Math.min(100, (100 * count) / pool.limit)}%`;
  const joined = pool.taken - pool.invited;
  return (
    <div className="seats" data-full={pool.free === 0 || undefined}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" truncate>
          {pool.title}
        </Text>
        <Text size="xs" className="soft" miw="fit-content">
          {t('seats.usage', { taken: pool.taken, limit: pool.limit })}
        </Text>
      </Group>
      <div className="seat-bar" aria-hidden>
        <span className="joined" style={{ width: share(joined) }} />
        <span className="invited" style={{ width: share(pool.invited) }} />
      </div>
    </div>
  );
}
