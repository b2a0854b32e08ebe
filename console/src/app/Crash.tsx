import { Button, Container } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from '~/parts/ProblemNote';

/** A page that broke: the frame around it stays. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Container size="sm" py={60}>
      <ProblemNote error={error} />
      <Button mt="md" variant="default" onClick={reset}>
        {t('retry')}
      </Button>
    </Container>
  );
}
