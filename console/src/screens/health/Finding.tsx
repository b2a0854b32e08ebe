/** One card of the health page: how many, of what, what to do about it; or that all is well. */
import { Alert, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '~/api/problem';
import { ProblemNote } from '~/parts/ProblemNote';

export type Tone = 'bad' | 'warn' | 'info';

interface Query {
  isLoading: boolean;
  error: unknown;
  refetch: () => unknown;
}

interface Given {
  title: string;
  /** What it is read from: the card waits for these, and only for these. */
  from: Query[];
  count: number;
  /** There are more than could be counted here. */
  more?: boolean;
  tone: Tone;
  /** What to do about it. */
  advice: ReactNode;
  /** What is said when there is nothing to find. */
  good: ReactNode;
  /** Shown even then. */
  always?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}

/** Not for this person: the section is left out. */
const notMine = (error: unknown) => error !== null && [403, 404].includes(asProblem(error).status);

export function Finding(given: Given) {
  const id = useId();
  const { t } = useTranslation('health');
  if (given.from.some((query) => notMine(query.error))) return null;
  const failed = given.from.find((query) => query.error !== null);
  const loading = !failed && given.from.some((query) => query.isLoading);
  const well = given.count === 0;
  return (
    <section className="finding" aria-labelledby={id} aria-busy={loading} data-wide={given.wide || undefined}>
      <Group gap="sm" wrap="nowrap" align="center">
        {loading || failed || well ? null : (
          <span className="finding-count" data-tone={given.tone}>
            {given.count}
            {given.more ? '+' : ''}
          </span>
        )}
        <Title order={2} size="h3" id={id}>
          {given.title}
        </Title>
      </Group>
      {failed ? <ProblemNote error={failed.error} retry={() => void failed.refetch()} /> : null}
      {loading ? (
        <Stack gap="xs" role="status" aria-label={t('looking', { title: given.title })}>
          <Skeleton h={14} w="70%" />
          <Skeleton h={60} />
        </Stack>
      ) : null}
      {loading || failed ? null : well ? (
        <Alert color="green" variant="light" p="xs" icon={<IconCircleCheck size={18} aria-hidden />}>
          {given.good}
        </Alert>
      ) : (
        <Text size="sm" c="dimmed" component="div">
          {given.advice}
        </Text>
      )}
      {loading || failed ? null : given.always}
      {loading || failed || well ? null : given.children}
    </section>
  );
}

/** So many are shown in a card; the rest is counted. */
const SHOWN = 6;

/** The first of them, a line each. */
export function Firsts<Item>({
  items,
  id,
  line,
  all,
}: {
  items: Item[];
  id: (item: Item) => string;
  line: (item: Item) => ReactNode;
  /** A link to all of them. */
  all?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div>
      <ul className="finding-lines">
        {items.slice(0, SHOWN).map((item) => (
          <li key={id(item)}>{line(item)}</li>
        ))}
      </ul>
      <Group justify="space-between" mt={6}>
        <Text size="xs" c="dimmed">
          {items.length > SHOWN ? t('changes.more', { count: items.length - SHOWN }) : ''}
        </Text>
        {all}
      </Group>
    </div>
  );
}
