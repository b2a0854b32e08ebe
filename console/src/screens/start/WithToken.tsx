/** The pages that a link leads to: whoever has it may set a password here. */
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNote } from '~/parts/ProblemNote';
import { Door, takeToken } from './Door';

export interface Answers {
  token: string;
  user: string;
  name: string;
  email: string;
  password: string;
}

interface Given {
  title: string;
  lead: string;
  button: string;
  /** Asks for these beside the password. */
  asks: ('user' | 'name' | 'email')[];
  /** Those that may stay empty. */
  optional?: ('user' | 'name' | 'email')[];
  send: (answers: Answers) => Promise<unknown>;
}

/** The shortest password that the server takes. */
const SHORTEST = 12;

export function WithToken({ title, lead, button, asks, optional = [], send }: Given) {
  const { t } = useTranslation('start');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [token] = useState(takeToken);
  const form = useForm({
    initialValues: { user: '', name: '', email: '', password: '', again: '' },
    validate: {
      password: (value) => (value.length < SHORTEST ? t('token.short', { count: SHORTEST }) : null),
      again: (value, all) => (value !== all.password ? t('token.differ') : null),
    },
  });
  const act = useMutation({
    mutationFn: ({ again: _, ...given }: typeof form.values) => send({ ...given, token: token ?? '' }),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/', replace: true });
    },
  });
  if (!token) return <Door title={t('token.missingTitle')}>{t('token.missing')}</Door>;
  return (
    <Door title={title} lead={lead}>
      <form onSubmit={form.onSubmit((given) => act.mutate(given))}>
        <Stack>
          {asks.map((field) => (
            <TextInput
              key={field}
              label={t(`token.${field}`)}
              required={!optional.includes(field)}
              type={field === 'email' ? 'email' : 'text'}
              autoComplete={field === 'user' ? 'username' : field}
              {...form.getInputProps(field)}
            />
          ))}
          <PasswordInput
            label={t('token.password')}
            description={t('token.rule', { count: SHORTEST })}
            autoComplete="new-password"
            required
            {...form.getInputProps('password')}
          />
          <PasswordInput
            label={t('token.again')}
            autoComplete="new-password"
            required
            {...form.getInputProps('again')}
          />
          {act.error ? <ProblemNote error={act.error} /> : null}
          <Button type="submit" loading={act.isPending} fullWidth>
            {button}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
