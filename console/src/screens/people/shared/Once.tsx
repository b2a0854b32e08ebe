/** Something that is shown a single time: a link or a secret, to be copied now. */
import { Alert, Button, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconCopy, IconEyeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Given {
  title: string;
  label: string;
  value: string;
  /** What to do with it, and who may have it. */
  explain: ReactNode;
  close: () => void;
}

export function Once({ title, label, value, explain, close }: Given) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  return (
    <Modal opened onClose={close} title={title} size="lg" closeOnClickOutside={false}>
      <Stack>
        <Text size="sm">{explain}</Text>
        <CopyButton value={value} timeout={4000}>
          {({ copied, copy }) => (
            <Group align="flex-end" wrap="nowrap">
              <TextInput
                label={label}
                value={value}
                readOnly
                flex={1}
                onFocus={(event) => event.currentTarget.select()}
                classNames={{ input: 'once' }}
              />
              <Button
                onClick={copy}
                leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                data-autofocus
              >
                {copied ? t('once.copied') : t('once.copy')}
              </Button>
            </Group>
          )}
        </CopyButton>
        <Alert color="yellow" icon={<IconEyeOff size={18} />} p="xs">
          {t('once.warning')}
        </Alert>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.t('close')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
