/** Somebody may approve it this once. Who wants to act asks; the others are told how it goes. */
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { refresh } from '~/api/read';
import { useHere } from '~/app/here';
import { ProblemNote } from '~/parts/ProblemNote';
import { SubjectLink } from '~/parts/Refs';
import { type Explained, entity, type Fix, type Question } from './question';

export function AskApproval({ fix, answer, question }: { fix: Fix; answer: Explained; question: Question }) {
  const { t } = useTranslation('why');
  const { org, me } = useHere();
  const queries = useQueryClient();
  const approvers = fix.approvers ?? [];
  const ask = useMutation({
    mutationFn: () =>
      must(
        client.POST('/v1/orgs/{org}/approvals', {
          params: { path: { org } },
          body: {
            subject: entity(question.subject),
            action: { name: question.permission, properties: null },
            resource: entity(question.resource),
            context: question.context ?? null,
            until: null,
          },
        }),
      ),
    onSuccess: () => refresh(queries, org),
  });
  return (
    <>
      <Text size="sm">{approvers.length > 0 ? t('ask.who') : t('ask.nobody')}</Text>
      <Group gap="md" my={4}>
        {approvers.map((one) => (
          <SubjectLink key={one} subject={one} />
        ))}
      </Group>
      {ask.error ? <ProblemNote error={ask.error} /> : null}
      {me.subject !== answer.subject ? (
        <Text size="sm" className="soft">
          {t('ask.self', { who: answer.subject_title })}
        </Text>
      ) : ask.isSuccess ? (
        <Text size="sm" role="status">
          {t('ask.sent')}{' '}
          <Anchor size="sm" renderRoot={(props) => <Link to="/approvals" {...props} />}>
            {t('ask.open')}
          </Anchor>
        </Text>
      ) : (
        <Button size="compact-md" mt={4} onClick={() => ask.mutate()} loading={ask.isPending}>
          {t('ask.send')}
        </Button>
      )}
    </>
  );
}
