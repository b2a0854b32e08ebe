/** One person: who they are, what they hold and from where, what they may do at last, and what happened. */
import { Avatar, Button, Group, Tabs, Text } from '@mantine/core';
import { IconEye, IconHelpHexagon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '~/api/read';
import { Busy } from '~/parts/Busy';
import { Page } from '~/parts/Page';
import { ProblemPage } from '~/parts/ProblemNote';
import { AssignButton } from './assign/AssignButton';
import { userRoute } from './routes';
import { StatusBadge } from './shared/StatusBadge';
import { HeldRoles } from './user/HeldRoles';
import { Permissions } from './user/Permissions';
import { PersonGroups } from './user/PersonGroups';
import { PersonHistory } from './user/PersonHistory';
import { UserMenu } from './user/UserMenu';
import './people.css';

const TABS = ['roles', 'permissions', 'groups', 'history'] as const;

export function UserPage() {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { id } = userRoute.useParams();
  const { tab } = userRoute.useSearch();
  const navigate = userRoute.useNavigate();
  const { data, error, refetch } = useRead('/v1/orgs/{org}/users/{id}', { path: { id } });
  // Asked for beside the person, not after: the first tab shows both.
  useRead('/v1/orgs/{org}/products', { query: { limit: 1000 } });
  useRead('/v1/orgs/{org}/review/authorized-roles', { query: { subject: `user:${id}`, limit: 1000 } });
  const subject = `user:${id}`;
  if (error) return <ProblemPage error={error} retry={() => void refetch()} />;
  if (!data) return <Busy />;
  const chosen = TABS.find((one) => one === tab) ?? 'roles';
  return (
    <Page
      title={data.name ?? id}
      help="people"
      lead={
        <Group gap="sm" mt={2}>
          <Avatar
            size={34}
            radius="xl"
            color="ambit"
            name={data.name ?? id}
            variant="light"
            alt=""
            aria-hidden
          />
          <StatusBadge status={data.status} />
          {data.email ? <Text size="sm">{data.email}</Text> : null}
          <code>{id}</code>
        </Group>
      }
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconHelpHexagon size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/why" search={{ subject }} {...props} />}
          >
            {common.t('places.why')}
          </Button>
          <Button
            variant="default"
            leftSection={<IconEye size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/see-as" search={{ subject }} {...props} />}
          >
            {common.t('places.seeAs')}
          </Button>
          <AssignButton subject={subject} />
          <UserMenu user={data} />
        </>
      }
    >
      <Tabs
        value={chosen}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            search: { tab: TABS.find((one) => one === next && one !== 'roles') },
            replace: true,
          })
        }
      >
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="roles">
          <HeldRoles subject={subject} />
        </Tabs.Panel>
        <Tabs.Panel value="permissions">
          <Permissions subject={subject} />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <PersonGroups subject={subject} groups={data.groups} all={data.all_groups} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <PersonHistory subject={subject} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
