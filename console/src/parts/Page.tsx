/** A page: its heading, help beside it, what can be done, and then what it is about. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Help, type Topic } from './Help';

interface Given {
  title: string;
  /** One sentence on what this page is for. */
  lead?: ReactNode;
  help?: Topic;
  actions?: ReactNode;
  /** Fills the height of the window, for long lists that scroll by themselves. */
  full?: boolean;
  children: ReactNode;
}

export function Page({ title, lead, help, actions, full, children }: Given) {
  useDocumentTitle(`${title} · Ambit`);
  return (
    <div className={full ? 'page full' : 'page'}>
      <Group justify="space-between" align="flex-start" gap="md" className="page-head">
        <Stack gap={4}>
          <Group gap={6} wrap="nowrap">
            <Title order={1}>{title}</Title>
            {help ? <Help topic={help} /> : null}
          </Group>
          {lead ? (
            <Text c="dimmed" size="sm" maw={720} component="div">
              {lead}
            </Text>
          ) : null}
        </Stack>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </div>
  );
}
