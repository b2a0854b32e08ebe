/** What went wrong, by which rule, and what to do instead. */
import { Alert, Button, Container, List, Stack, Text } from '@mantine/core';
import { IconCloudOff, IconHandStop } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { problemText } from './problemText';

export function ProblemNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const { title, detail } = problemText(problem);
  return (
    <Alert
      color={problem.passing ? 'yellow' : 'red'}
      icon={problem.passing ? <IconCloudOff size={18} /> : <IconHandStop size={18} />}
      title={title}
      role="alert"
    >
      <Stack gap="xs">
        {problem.refusals.length === 0 ? <Text size="sm">{detail}</Text> : null}
        {problem.refusals.map((refusal) => (
          <div key={refusal.code + refusal.message}>
            <Text size="sm">{refusal.message}</Text>
            {refusal.instead ? (
              <Text size="sm" fw={550}>
                {t('refusals.instead', { instead: refusal.instead })}
              </Text>
            ) : null}
            <Text size="xs" className="soft">
              {t('refusals.rule', { rule: refusal.rule })}
            </Text>
          </div>
        ))}
        {problem.wire.conflicts && problem.wire.conflicts.length > 0 ? (
          <List size="sm">
            {problem.wire.conflicts.map((conflict) => (
              <List.Item key={conflict.thing}>
                {t('refusals.conflict', { thing: conflict.thing, revision: conflict.revision ?? '?' })}
              </List.Item>
            ))}
          </List>
        ) : null}
        {retry ? (
          <Button size="compact-sm" variant="default" onClick={retry} w="fit-content">
            {t('retry')}
          </Button>
        ) : null}
      </Stack>
    </Alert>
  );
}

/** The same, where there is nothing else to show. */
export function ProblemPage({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <Container size="sm" py={80}>
      <ProblemNote error={error} {...(retry ? { retry } : {})} />
    </Container>
  );
}
