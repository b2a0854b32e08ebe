import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import { ProblemNote } from '~/parts/ProblemNote';
import { Door } from './Door';

export function SignIn() {
  const { t } = useTranslation('start');
  const { return: back, error } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const queries = useQueryClient();
  const [needsOrg, setNeedsOrg] = useState(false);
  const form = useForm({ initialValues: { org: '', user: '', password: '' } });
  const enter = useMutation({
    mutationFn: (given: { org: string; user: string; password: string }) =>
      must(
        client.POST('/v1/sign-in', {
          body: {
            beside: false,
            user: given.user.trim(),
            password: given.password,
            ...(given.org ? { org: given.org } : {}),
          },
        }),
      ),
    onSuccess: () => {
      queries.clear();
      router.history.replace(safe(back));
    },
    onError: (failed) => {
      if (asProblem(failed).code === 'organization_needed') setNeedsOrg(true);
      form.setFieldValue('password', '');
    },
  });
  return (
    <Door title={t('signIn.title')} lead={t('signIn.lead')}>
      {error ? <Alert color="red">{t('signIn.provider', { error })}</Alert> : null}
      <form onSubmit={form.onSubmit((given) => enter.mutate(given))}>
        <Stack>
          {needsOrg ? <TextInput label={t('signIn.org')} required {...form.getInputProps('org')} /> : null}
          <TextInput
            label={t('signIn.user')}
            autoComplete="username"
            required
            autoFocus
            {...form.getInputProps('user')}
          />
          <PasswordInput
            label={t('signIn.password')}
            autoComplete="current-password"
            required
            {...form.getInputProps('password')}
          />
          {enter.error ? <ProblemNote error={enter.error} /> : null}
          <Button type="submit" loading={enter.isPending} fullWidth>
            {t('signIn.enter')}
          </Button>
        </Stack>
      </form>
      <Divider label={t('signIn.or')} />
      <Button
        variant="default"
        component="a"
        href={`/v1/oidc/start?return=${encodeURIComponent(safe(back))}`}
        fullWidth
      >
        {t('signIn.oidc')}
      </Button>
    </Door>
  );
}

/** Only to a page of ours. */
export function safe(back: string | undefined): string {
  return back?.startsWith('/') && !back.startsWith('//') && !back.startsWith('/sign-in') ? back : '/';
}
