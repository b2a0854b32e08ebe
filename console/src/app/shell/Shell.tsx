/** The signed-in part: who I am and what there is for me is asked once; then the frame around every page. */
import { AppShell } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import { useLive } from '~/api/stream';
import { ChangeProvider } from '~/app/changes/ChangeProvider';
import { HereProvider, useHere } from '~/app/here';
import { shellRoute } from '~/app/roots';
import { Busy } from '~/parts/Busy';
import { ProblemPage } from '~/parts/ProblemNote';
import { Announcer } from './Announcer';
import { ActingBanner, PastBanner } from './Banners';
import { FocusKeeper } from './FocusKeeper';
import { Header } from './Header';
import { Navigation } from './Navigation';
import { Palette } from './Palette';
import { Shortcuts } from './Shortcuts';

export const sessionQuery = {
  queryKey: ['session'],
  queryFn: async () => {
    const [session, me] = await Promise.all([must(client.GET('/v1/session')), must(client.GET('/v1/me'))]);
    return { session, me };
  },
  staleTime: 30_000,
};

export function Shell() {
  const who = useQuery(sessionQuery);
  const { as_of: asOf } = shellRoute.useSearch();
  const navigate = useNavigate();
  const href = useRouterState({ select: (state) => state.location.href });
  const signedOut = who.error !== null && asProblem(who.error).signedOut;
  useEffect(() => {
    if (signedOut && !href.startsWith('/sign-in'))
      void navigate({ to: '/sign-in', search: { return: href === '/' ? undefined : href }, replace: true });
  }, [signedOut, href, navigate]);
  if (who.data) {
    const here = { org: who.data.me.organization, me: who.data.me, session: who.data.session, asOf };
    return (
      <HereProvider value={here}>
        <Frame />
      </HereProvider>
    );
  }
  if (who.error && !signedOut) return <ProblemPage error={who.error} retry={() => void who.refetch()} />;
  return <Busy />;
}

function Frame() {
  const { org } = useHere();
  const { t } = useTranslation();
  const [menu, { toggle, close }] = useDisclosure(false);
  const live = useLive(org);
  return (
    <ChangeProvider>
      <AppShell
        header={{ height: 54 }}
        navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !menu } }}
        padding={0}
        className="frame"
      >
        <a href="#content" className="skip">
          {t('shell.skip')}
        </a>
        <AppShell.Header>
          <Header menuOpen={menu} toggleMenu={toggle} live={live} />
        </AppShell.Header>
        <AppShell.Navbar>
          <Navigation close={close} />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <ActingBanner />
          <PastBanner />
          <Outlet />
        </AppShell.Main>
        <Announcer />
        <FocusKeeper />
        <Palette />
        <Shortcuts />
      </AppShell>
    </ChangeProvider>
  );
}
