/** The frame of the pages before the console: one card, the mark, and what the page asks. */
import { Container, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import mark from '~/mark.svg';

export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useDocumentTitle(`${title} · Ambit`);
  return (
    <main className="door">
      <Container size={420} w="100%">
        <Paper withBorder shadow="sm" p="xl" radius="lg">
          <Stack>
            <img src={mark} alt="Ambit" width={40} height={40} />
            <Title order={1} size="h2">
              {title}
            </Title>
            {lead ? (
              <Text size="sm" c="dimmed">
                {lead}
              </Text>
            ) : null}
            {children}
          </Stack>
        </Paper>
      </Container>
    </main>
  );
}

/** What follows `#token=`, read once and then taken out of the address. */
export function takeToken(): string | null {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (token) window.history.replaceState(null, '', window.location.pathname);
  return token;
}
