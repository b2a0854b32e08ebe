/** Seat pools: how full they are, which roles take a seat, and how a limit is changed. */
import { Accordion, Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { Help } from '~/parts/Help';
import { RoleLink } from '~/parts/Refs';
import { type Pool, useAccess } from './access';
import { SeatBar } from './SeatBar';

export function SeatsPart({ product }: { product: string }) {
  const { t } = useTranslation('products');
  const pools = useAccess().poolsOf(product);
  return (
    <Stack gap="lg" className="scrolls" maw={720}>
      <Group gap={6}>
        <Text size="sm" c="dimmed">
          {t('seats.lead')}
        </Text>
        <Help topic="seats" />
      </Group>
      {pools.length === 0 ? <Text size="sm">{t('seats.unseen')}</Text> : null}
      {pools.map((pool) => (
        <section key={pool.id} className="pool">
          <Title order={2} size="h3" mb={6}>
            {pool.title}
          </Title>
          <SeatBar pool={pool} />
          <Text size="sm" mt={8}>
            {t('seats.free', { count: pool.free })}{' '}
            {pool.invited > 0 ? t('seats.invited', { count: pool.invited }) : null}{' '}
            {pool.default_limit != null ? t('seats.default', { limit: pool.default_limit }) : null}
          </Text>
          <Text size="sm" mt={8} className="soft">
            {t('seats.roles')}
          </Text>
          <Group gap="md" mt={2}>
            {pool.roles.map((role) => (
              <RoleLink key={role} role={role} />
            ))}
          </Group>
          <Changing pool={pool} />
        </section>
      ))}
    </Stack>
  );
}

/** Limits are a matter of contract: the operator sets them, and here is what to ask for. */
function Changing({ pool }: { pool: Pool }) {
  const { t } = useTranslation('products');
  const { org } = useHere();
  const file = `organization: ${org}\nseat_limits: [{ pool: ${pool.id}, limit: ${pool.limit + 5} }]`;
  return (
    <Accordion variant="contained" mt="sm">
      <Accordion.Item value="how">
        <Accordion.Control>{t('seats.change')}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            <Text size="sm">{t('seats.changeText')}</Text>
            <Code block>{file}</Code>
            <CopyButton value={file}>
              {({ copied, copy }) => (
                <Button variant="default" size="compact-sm" onClick={copy} w="fit-content">
                  {t(copied ? 'seats.copied' : 'seats.copy')}
                </Button>
              )}
            </CopyButton>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
