/** Which organization this is, and changing over to another one that this browser is signed in to. */
import { Menu, Text, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBuilding, IconCheck, IconChevronDown, IconLogin2 } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import { useHere } from '~/app/here';
import { problemText } from '~/parts/problemText';

export function Organizations({ live }: { live: boolean }) {
  const { t } = useTranslation();
  const { org, session } = useHere();
  const said = live ? t('shell.live') : t('shell.notLive');
  return (
    <div className="org">
      {session.organizations.length > 1 ? <Switch /> : <Name org={org} />}
      <Tooltip label={said}>
        <span className={live ? 'live on' : 'live'} role="img" aria-label={said} />
      </Tooltip>
    </div>
  );
}

function Name({ org }: { org: string }) {
  return (
    <>
      <IconBuilding size={16} stroke={1.6} aria-hidden />
      <Text size="sm" truncate>
        {org}
      </Text>
    </>
  );
}

function Switch() {
  const { t } = useTranslation();
  const { org, session } = useHere();
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: (organization: string) =>
      must(client.POST('/v1/session/organization', { body: { organization } })),
    // Everything anew: nothing of the one organization may stay on the screen of the other.
    onSuccess: () => window.location.assign('/'),
    onError: (error, organization) => {
      const problem = asProblem(error);
      if (problem.code === 'sign_in_needed') {
        void navigate({ to: '/sign-in', search: { beside: true } });
        return;
      }
      const { title, detail } = problemText(problem);
      notifications.show({ color: 'red', title: `${organization}: ${title}`, message: detail });
    },
  });
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton className="org-button">
          <VisuallyHidden>{t('shell.organization')}</VisuallyHidden>
          <Name org={org} />
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('shell.organization')}</Menu.Label>
        {session.organizations.map((one) => (
          <Menu.Item
            key={one.organization}
            role="menuitemradio"
            aria-checked={one.current}
            leftSection={<IconBuilding size={16} />}
            rightSection={one.current ? <IconCheck size={16} aria-hidden /> : null}
            data-chosen={one.current || undefined}
            onClick={() => (one.current ? undefined : change.mutate(one.organization))}
          >
            {one.organization}
            <Text size="xs" className="soft">
              {one.user}
            </Text>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <AnotherOrganization />
      </Menu.Dropdown>
    </Menu>
  );
}

/** Signing in to one more; only where the server has more than one. */
export function AnotherOrganization() {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['sign-in-offer'],
    queryFn: () => must(client.GET('/v1/sign-in')),
    staleTime: 60_000,
  });
  if (!data || data.organization) return null;
  return (
    <Menu.Item
      leftSection={<IconLogin2 size={16} />}
      renderRoot={(props) => <Link to="/sign-in" search={{ beside: true }} {...props} />}
    >
      {t('shell.another')}
    </Menu.Item>
  );
}
