/** Whether somebody has tampered with the log: the server works out every digest again. */
import { Alert, Button, Code, CopyButton, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertOctagon, IconCopy, IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import type { components } from '~/api/schema';
import { useHere } from '~/app/here';
import { ProblemNote } from '~/parts/ProblemNote';

type Verification = components['schemas']['Verification'];

export function Verify() {
  const { t } = useTranslation('history');
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={open}>
        {t('verify.open')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('verify.title')} size="lg">
        <Check />
      </Modal>
    </>
  );
}

function Check() {
  const { t } = useTranslation('history');
  const { org } = useHere();
  const check = useMutation({
    mutationFn: () => must(client.GET('/v1/orgs/{org}/changes/verification', { params: { path: { org } } })),
  });
  return (
    <Stack>
      <Text size="sm">{t('verify.explain')}</Text>
      {check.isPending ? (
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text size="sm">{t('verify.running')}</Text>
        </Group>
      ) : null}
      {check.error ? <ProblemNote error={check.error} /> : null}
      {check.data && !check.isPending ? <Result found={check.data} /> : null}
      <Group justify="flex-end">
        <Button
          variant={check.data ? 'default' : 'filled'}
          onClick={() => check.mutate()}
          disabled={check.isPending}
          data-autofocus
        >
          {check.data ? t('verify.again') : t('verify.start')}
        </Button>
      </Group>
    </Stack>
  );
}

function Result({ found }: { found: Verification }) {
  const { t } = useTranslation('history');
  if (!found.intact)
    return (
      <Alert
        color="red"
        icon={<IconAlertOctagon size={20} />}
        role="alert"
        title={t('verify.broken', { revision: found.broken_at ?? found.head_revision })}
      >
        {found.detail ? <Text size="sm">{found.detail}</Text> : null}
        <Text size="sm">{t('verify.brokenAction')}</Text>
      </Alert>
    );
  const { head_hash: hash, head_revision: revision } = found;
  return (
    <Stack gap="xs" role="status">
      <Alert
        color="green"
        icon={<IconShieldCheck size={20} />}
        title={t('verify.intact', { count: found.revisions })}
      />
      {hash ? (
        <>
          <Text size="sm" fw={600}>
            {t('verify.head')}
          </Text>
          <Code block className="head-hash">
            {hash}
          </Code>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Text size="sm" className="soft">
              {t('verify.keep', { revision })}
            </Text>
            <CopyButton value={`${revision} ${hash}`}>
              {({ copied, copy }) => (
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<IconCopy size={15} aria-hidden />}
                  onClick={copy}
                >
                  {copied ? t('copied') : t('verify.copyHead')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </>
      ) : null}
    </Stack>
  );
}
