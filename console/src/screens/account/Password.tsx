/** Changing one's own password. Sessions elsewhere end with it. */
import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { ProblemNote } from '~/parts/ProblemNote';
import { Part } from './Account';

/** The shortest password that the server takes. */
const SHORTEST = 12;

export function Password() {
  const { t } = useTranslation('account');
  const { t: start } = useTranslation('start');
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { current: '', fresh: '', again: '' },
    validate: {
      fresh: (value) => (value.length < SHORTEST ? start('token.short', { count: SHORTEST }) : null),
      again: (value, all) => (value !== all.fresh ? start('token.differ') : null),
    },
  });
  const change = useMutation({
    mutationFn: (given: { current: string; fresh: string }) =>
      must(client.POST('/v1/password', { body: { current: given.current, new: given.fresh } })),
    onSuccess: () => {
      form.reset();
      void queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  return (
    <Part title={t('password.title')} lead={t('password.lead')}>
      <form onSubmit={form.onSubmit((given) => change.mutate(given))}>
        <Stack gap="sm">
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            required
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label={t('password.fresh')}
            description={start('token.rule', { count: SHORTEST })}
            autoComplete="new-password"
            required
            {...form.getInputProps('fresh')}
          />
          <PasswordInput
            label={start('token.again')}
            autoComplete="new-password"
            required
            {...form.getInputProps('again')}
          />
          {change.error ? <ProblemNote error={change.error} /> : null}
          {change.isSuccess ? (
            <Alert color="green" p="xs" icon={<IconCircleCheck size={18} aria-hidden />} role="status">
              {t('password.done')}
            </Alert>
          ) : null}
          <Button type="submit" loading={change.isPending} w="fit-content">
            {t('password.change')}
          </Button>
        </Stack>
      </form>
    </Part>
  );
}
