/** Which roles have a column. */
import { Button, Checkbox, Group, Popover, ScrollArea, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserShield } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from './model';

interface Given {
  roles: Role[];
  /** All of them without. */
  chosen: string[] | undefined;
  onChoose: (chosen: string[] | undefined) => void;
}

export function RolesChoice({ roles, chosen, onChoose }: Given) {
  const { t } = useTranslation('matrix');
  const [opened, { toggle, close }] = useDisclosure(false);
  const [sought, setSought] = useState('');
  const shown = roles.filter((role) => !chosen || chosen.includes(role.role));
  const fits = roles.filter((role) =>
    `${role.title} ${role.role}`.toLowerCase().includes(sought.trim().toLowerCase()),
  );
  const set = (id: string, on: boolean) => {
    const ids = shown.map((role) => role.role);
    const next = on ? [...ids, id] : ids.filter((one) => one !== id);
    onChoose(next.length === roles.length ? undefined : next);
  };
  return (
    <Popover opened={opened} onClose={close} trapFocus shadow="md" width={300} position="bottom-start">
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconUserShield size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={opened}
        >
          {t('roles.button', { shown: shown.length, all: roles.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('roles.label')}>
        <Stack gap="xs">
          <TextInput
            aria-label={t('roles.search')}
            placeholder={t('roles.search')}
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
          />
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={() => onChoose(undefined)}>
              {t('roles.all')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onChoose(sought ? fits.map((role) => role.role) : [])}
            >
              {t(sought ? 'roles.onlyThese' : 'roles.none')}
            </Button>
          </Group>
          <ScrollArea.Autosize mah={320} type="auto">
            <Stack gap={8} p={4}>
              {fits.map((role) => (
                <Checkbox
                  key={role.role}
                  label={role.title}
                  checked={shown.includes(role)}
                  onChange={(event) => set(role.role, event.currentTarget.checked)}
                />
              ))}
            </Stack>
          </ScrollArea.Autosize>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
