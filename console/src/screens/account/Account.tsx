/** Everything about oneself: who I am, what I hold and may administer, my password, my sessions, how it looks. */
import { Avatar, Group, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { Page } from '~/parts/Page';
import { changeLanguage, LANGUAGES } from '~/texts';
import './account.css';
import { MyAuthority } from './MyAuthority';
import { MyRoles } from './MyRoles';
import { Password } from './Password';
import { Sessions } from './Sessions';

export function Account() {
  const { t } = useTranslation('account');
  const { session } = useHere();
  return (
    <Page title={t('title')} lead={t('lead')}>
      <div className="account">
        <Stack gap="lg">
          <WhoIAm />
          <MyRoles />
          <MyAuthority />
        </Stack>
        <Stack gap="lg">
          <Sessions />
          {session.impersonator ? null : <Password />}
          <Look />
        </Stack>
      </div>
    </Page>
  );
}

/** A part of the page with its heading. */
export function Part({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="account-part" aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      {lead ? (
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      ) : null}
      {children}
    </section>
  );
}

function WhoIAm() {
  const { t } = useTranslation('account');
  const { org, session, me } = useHere();
  const name = session.name ?? session.user;
  return (
    <section className="account-part" aria-label={t('who')}>
      <Group wrap="nowrap">
        <Avatar size={52} radius="xl" color="ambit" name={name} variant="light" alt="" aria-hidden />
        <div>
          <Text fw={650} size="lg">
            {name}
          </Text>
          <Text size="sm" c="dimmed">
            {[session.email, session.user, org].filter(Boolean).join(' · ')}
          </Text>
          {me.everything ? (
            <Text size="sm" fw={550}>
              {t('everything')}
            </Text>
          ) : null}
        </div>
      </Group>
    </section>
  );
}

function Look() {
  const { t } = useTranslation('account');
  const { t: common, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Part title={t('look.title')} lead={t('look.lead')}>
      <SegmentedControl
        aria-label={common('shell.look')}
        value={colorScheme}
        onChange={(scheme) => {
          if (scheme === 'light' || scheme === 'dark' || scheme === 'auto') setColorScheme(scheme);
        }}
        data={(['light', 'dark', 'auto'] as const).map((scheme) => ({
          value: scheme,
          label: common(`shell.schemes.${scheme}`),
        }))}
      />
      <SegmentedControl
        aria-label={common('shell.language')}
        value={i18n.language}
        onChange={(id) => {
          const language = LANGUAGES.find((one) => one.id === id);
          if (language) void changeLanguage(language.id);
        }}
        data={LANGUAGES.map((language) => ({ value: language.id, label: language.name }))}
      />
    </Part>
  );
}
