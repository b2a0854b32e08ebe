/** Where I am signed in; ending one, or all. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { useHere } from '~/app/here';
import { Busy } from '~/parts/Busy';
import { ProblemNote } from '~/parts/ProblemNote';
import { StateBadge } from '~/parts/Refs';
import { When } from '~/parts/When';
import { Part } from './Account';
import { device } from './device';

export function Sessions() {
  const { t } = useTranslation('account');
  const { session } = useHere();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const asked = useQuery({ queryKey: ['sessions'], queryFn: () => must(client.GET('/v1/sessions')) });
  const end = useMutation({
    mutationFn: (id: string) => must(client.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['sessions'] }),
  });
  const endAll = useMutation({
    mutationFn: () => must(client.POST('/v1/sign-out-everywhere', { body: {} })),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/sign-in', search: {} });
    },
  });
  const error = asked.error ?? end.error ?? endAll.error;
  return (
    <Part title={t('sessions.title')} lead={t('sessions.lead')}>
      {asked.isLoading ? <Busy /> : null}
      {error ? <ProblemNote error={error} /> : null}
      <ul className="account-lines">
        {(asked.data?.items ?? []).map((one) => (
          <li key={one.id}>
            <div>
              <Group gap="xs">
                <Text size="sm" fw={550}>
                  {device(one.user_agent) ?? t('sessions.unknown')}
                </Text>
                {one.current ? <StateBadge color="green">{t('sessions.here')}</StateBadge> : null}
              </Group>
              <Text size="xs" c="dimmed">
                {t('sessions.seen')} <When at={one.last_seen} /> · {t('sessions.ends')}{' '}
                <When at={one.expires} />
              </Text>
            </div>
            {one.current ? null : (
              <Button
                className="end"
                size="compact-sm"
                variant="default"
                loading={end.isPending && end.variables === one.id}
                onClick={() => end.mutate(one.id)}
                aria-label={t('sessions.endOne', { device: device(one.user_agent) ?? t('sessions.unknown') })}
              >
                {t('sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {session.impersonator ? null : (
        <Button variant="default" w="fit-content" loading={endAll.isPending} onClick={() => endAll.mutate()}>
          {t('sessions.endAll')}
        </Button>
      )}
    </Part>
  );
}
