/** The roles that may be given; those that may not, below, each with the reason. */
import { Accordion, Loader, Radio, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Offered } from './AssignDialog';

interface Given {
  offered: Offered[];
  /** Nobody is chosen yet. */
  waiting: boolean;
  isLoading: boolean;
  value: Offered | null;
  onChange: (role: Offered | null) => void;
}

/** From so many on, a box to look for one. */
const MANY = 8;

/** A role of another product is not worth a line. */
const OBVIOUS = 'not_assignable_here';

export function RoleChoice({ offered, waiting, isLoading, value, onChange }: Given) {
  const { t } = useTranslation('where');
  const [sought, setSought] = useState('');
  const fits = (one: Offered) =>
    `${one.title} ${one.role}`.toLowerCase().includes(sought.trim().toLowerCase());
  const may = offered.filter((one) => one.assignable && fits(one));
  const mayNot = offered.filter(
    (one) => !one.assignable && fits(one) && !one.refusals?.every((reason) => reason.code === OBVIOUS),
  );
  if (waiting)
    return (
      <Text size="sm" c="dimmed">
        {t('assign.first')}
      </Text>
    );
  if (isLoading) return <Loader size="sm" aria-label={t('tree.loading')} />;
  return (
    <Stack gap="xs">
      {offered.length > MANY ? (
        <TextInput
          aria-label={t('assign.seekRole')}
          placeholder={t('assign.seekRole')}
          leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      ) : null}
      <Radio.Group
        label={t('assign.role')}
        value={value?.role ?? ''}
        onChange={(role) => onChange(may.find((one) => one.role === role) ?? null)}
        required
      >
        <ScrollArea.Autosize mah={240} type="auto" className="role-choice" viewportProps={{ tabIndex: 0 }}>
          <Stack gap={8} p={10}>
            {may.map((one) => (
              <Radio
                key={one.role}
                value={one.role}
                disabled={one.held}
                label={one.title}
                description={one.held ? t('assign.held') : one.role}
              />
            ))}
            {may.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('assign.none')}
              </Text>
            ) : null}
          </Stack>
        </ScrollArea.Autosize>
      </Radio.Group>
      {mayNot.length > 0 ? (
        <Accordion variant="contained">
          <Accordion.Item value="refused">
            <Accordion.Control>{t('assign.refused', { count: mayNot.length })}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap={8}>
                {mayNot.map((one) => (
                  <div key={one.role}>
                    <Text size="sm" fw={550}>
                      {one.title}
                    </Text>
                    {one.refusals?.map((reason) => (
                      <Text key={reason.code + reason.message} size="xs" className="soft">
                        {reason.message}
                      </Text>
                    ))}
                  </div>
                ))}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      ) : null}
    </Stack>
  );
}
