import {
  Avatar,
  Burger,
  Group,
  Kbd,
  Menu,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import {
  IconChevronDown,
  IconClockHour4,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { useHere } from '~/app/here';
import mark from '~/mark.svg';
import { changeLanguage, LANGUAGES } from '~/texts';
import { AnotherOrganization, Organizations } from './Organizations';
import { openPalette } from './paletteStore';

/** The calendar is loaded when somebody asks for another day. */
const AsOfDialog = lazy(async () => ({ default: (await import('./AsOfDialog')).AsOfDialog }));

export function Header({
  menuOpen,
  toggleMenu,
  live,
}: {
  menuOpen: boolean;
  toggleMenu: () => void;
  live: boolean;
}) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap">
        <Burger
          opened={menuOpen}
          onClick={toggleMenu}
          hiddenFrom="sm"
          size="sm"
          aria-label={t('shell.menu')}
        />
        <Link to="/" className="brand" aria-label={t('shell.home')}>
          <img src={mark} alt="" width={26} height={26} />
          <Text fw={650} visibleFrom="xs">
            Ambit
          </Text>
        </Link>
        <Organizations live={live} />
      </Group>
      <UnstyledButton className="search" onClick={openPalette} aria-keyshortcuts="Control+K">
        <IconSearch size={16} stroke={1.7} aria-hidden />
        <Text size="sm" className="search-text">
          {t('shell.search')}
        </Text>
        <Kbd size="xs" visibleFrom="sm" aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <Group gap="xs" wrap="nowrap">
        <Tooltip label={t('shell.asOf')}>
          <UnstyledButton
            className="icon-button"
            onClick={() => setAsking(true)}
            aria-label={t('shell.asOf')}
          >
            <IconClockHour4 size={19} stroke={1.6} aria-hidden />
          </UnstyledButton>
        </Tooltip>
        <UserMenu />
      </Group>
      <Suspense>{asking ? <AsOfDialog close={() => setAsking(false)} /> : null}</Suspense>
    </Group>
  );
}

function UserMenu() {
  const { t, i18n } = useTranslation();
  const { session } = useHere();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const name = session.name ?? session.user;
  const leave = async () => {
    await must(client.POST('/v1/sign-out'));
    queries.clear();
    await navigate({ to: '/sign-in', search: {} });
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton className="icon-button">
          <VisuallyHidden>{t('shell.account', { name })}</VisuallyHidden>
          <Avatar size={28} radius="xl" color="ambit" name={name} variant="light" alt="" aria-hidden />
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}
          {session.email ? ` · ${session.email}` : ''}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconUserCircle size={16} />}
          renderRoot={(props) => <Link to="/account" {...props} />}
        >
          {t('shell.myAccount')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('shell.look')}</Menu.Label>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            leftSection={
              scheme === 'light' ? (
                <IconSun size={16} />
              ) : scheme === 'dark' ? (
                <IconMoon size={16} />
              ) : (
                <IconDeviceDesktop size={16} />
              )
            }
            onClick={() => setColorScheme(scheme)}
            data-chosen={colorScheme === scheme || undefined}
          >
            {t(`shell.schemes.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.language')}</Menu.Label>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language.id}
            role="menuitemradio"
            aria-checked={i18n.language === language.id}
            lang={language.id}
            leftSection={<IconLanguage size={16} />}
            onClick={() => void changeLanguage(language.id)}
            data-chosen={i18n.language === language.id || undefined}
          >
            {language.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <AnotherOrganization />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
