/** Before there is an answer: what is missing, what was asked before, and whom one could ask about. */
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { split } from '~/api/types';
import { useHere } from '~/app/here';
import { SubjectName } from '~/parts/Refs';
import { said } from '../history/said';
import { type Asked, asked } from './recent';
import type { WhySearch } from './routes';

const PARTS = ['subject', 'permission', 'resource'] as const;

export function Start({ search }: { search: WhySearch }) {
  const { t } = useTranslation('why');
  const { org } = useHere();
  const missing = PARTS.filter((part) => !search[part]);
  if (missing.length < PARTS.length)
    return (
      <div className="why-start" role="status">
        <Title order={2} size="h4">
          {t('start.halfTitle')}
        </Title>
        <Text size="sm" className="soft">
          {t('start.halfText', { missing: missing.map((part) => t(`start.missing.${part}`)).join(', ') })}
        </Text>
      </div>
    );
  return (
    <div className="why-start">
      <Stack gap="lg">
        <div>
          <Title order={2} size="h4">
            {t('start.title')}
          </Title>
          <Text size="sm" className="soft">
            {t('start.text')}
          </Text>
        </div>
        <Recent questions={asked(org)} />
        <People to="/why" title={t('start.people')} />
      </Stack>
    </div>
  );
}

function Recent({ questions }: { questions: Asked[] }) {
  const { t } = useTranslation('why');
  if (questions.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6" mb={6}>
        {t('start.recent')}
      </Title>
      <ul className="recent">
        {questions.map(({ subject, permission, resource, who, what }) => (
          <li key={subject + permission + resource}>
            <Link to="/why" search={{ subject, permission, resource }}>
              <IconArrowRight size={15} aria-hidden />
              {t('start.question', { who, what, where: split(resource)[1] })}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** So many people are offered. */
const OFFERED = 8;

/** Those about whom something changed lately, then anybody. */
export function People({ to, title }: { to: '/why' | '/see-as'; title: string }) {
  const log = useRead('/v1/orgs/{org}/changes', { query: { limit: 60, order: 'newest' } });
  const users = useRead('/v1/orgs/{org}/users', { query: { limit: OFFERED } });
  const lately = (log.data?.items ?? [])
    .flatMap((entry) => entry.changes.slice(0, OFFERED))
    .map((change) => said(change))
    .filter((one) => one && !one.gone)
    .map((one) => one?.subject ?? '')
    .filter((subject) => subject.startsWith('user:'));
  const people = [...new Set([...lately, ...(users.data?.items ?? []).map((user) => `user:${user.id}`)])];
  if (people.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6" mb={6}>
        {title}
      </Title>
      <Group gap={8}>
        {people.slice(0, OFFERED).map((subject) => (
          <Button
            key={subject}
            variant="default"
            renderRoot={(props) => <Link to={to} search={{ subject }} {...props} />}
          >
            <SubjectName subject={subject} />
          </Button>
        ))}
      </Group>
    </section>
  );
}
