/** Signing in, with what the server offers: a password, the company's provider, or both. */
import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import type { components } from '~/api/schema';
import { Busy } from '~/parts/Busy';
import { ProblemNote } from '~/parts/ProblemNote';
import { Door } from './Door';

type Offer = components['schemas']['SignInOffer'];

export function SignIn() {
  const { t } = useTranslation('start');
  const { return: back, error, beside } = useSearch({ from: '/sign-in' });
  const offer = useQuery({
    queryKey: ['sign-in-offer'],
    queryFn: () => must(client.GET('/v1/sign-in')),
    staleTime: 60_000,
  });
  return (
    <Door title={t('signIn.title')} lead={beside ? t('signIn.besideLead') : t('signIn.lead')}>
      {error ? <Alert color="red">{t('signIn.provider', { error })}</Alert> : null}
      {offer.error ? <ProblemNote error={offer.error} retry={() => void offer.refetch()} /> : null}
      {offer.isPending ? <Busy /> : null}
      {offer.data?.password ? <WithPassword offer={offer.data} beside={beside ?? false} back={back} /> : null}
      {offer.data ? <Providers offer={offer.data} beside={beside ?? false} back={back} /> : null}
    </Door>
  );
}

interface Given {
  offer: Offer;
  /** To stay signed in to other organizations as well. */
  beside: boolean;
  back: string | undefined;
}

function WithPassword({ offer, beside, back }: Given) {
  const { t } = useTranslation('start');
  const router = useRouter();
  const queries = useQueryClient();
  const [needsOrg, setNeedsOrg] = useState(!offer.organization);
  const form = useForm({ initialValues: { org: '', user: '', password: '' } });
  const enter = useMutation({
    mutationFn: (given: { org: string; user: string; password: string }) =>
      must(
        client.POST('/v1/sign-in', {
          body: {
            user: given.user.trim(),
            password: given.password,
            beside,
            ...(given.org ? { org: given.org.trim() } : {}),
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
    <form onSubmit={form.onSubmit((given) => enter.mutate(given))}>
      <Stack>
        {needsOrg ? (
          <TextInput
            label={t('signIn.org')}
            autoComplete="organization"
            required
            autoFocus
            {...form.getInputProps('org')}
          />
        ) : null}
        <TextInput
          label={t('signIn.user')}
          autoComplete="username"
          required
          autoFocus={!needsOrg}
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
  );
}

function Providers({ offer, beside, back }: Given) {
  const { t } = useTranslation('start');
  if (offer.providers.length === 0) return null;
  return (
    <>
      {offer.password ? <Divider label={t('signIn.or')} /> : null}
      {offer.providers.map((provider) => (
        <Button
          key={provider.start}
          variant={offer.password ? 'default' : 'filled'}
          component="a"
          href={`${provider.start}?return=${encodeURIComponent(safe(back))}${beside ? '&beside=true' : ''}`}
          fullWidth
        >
          {t('signIn.with', { name: provider.name })}
        </Button>
      ))}
    </>
  );
}

/** Only to a page of ours. */
export function safe(back: string | undefined): string {
  return back?.startsWith('/') && !back.startsWith('//') && !back.startsWith('/sign-in') ? back : '/';
}
