/** Nothing here: why, and what to do about it. */
import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export function Empty({
  icon: Picture,
  title,
  text,
  action,
}: {
  icon: Icon;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="sm" py={56} px="md" className="empty">
      <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
        <Picture size={26} stroke={1.5} />
      </ThemeIcon>
      <Title order={2}>{title}</Title>
      {text ? (
        <Text c="dimmed" size="sm" ta="center" maw={460} component="div">
          {text}
        </Text>
      ) : null}
      {action}
    </Stack>
  );
}
