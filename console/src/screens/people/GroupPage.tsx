/** One group: who is in it, what it gives them, and the groups it is in itself. */
import { Group, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '~/api/read';
import { Busy } from '~/parts/Busy';
import { Page } from '~/parts/Page';
import { ProblemPage } from '~/parts/ProblemNote';
import { AssignButton } from './assign/AssignButton';
import { GroupState } from './Groups';
import { GroupMenu } from './group/GroupMenu';
import { Members } from './group/Members';
import { groupRoute } from './routes';
import { HeldRoles } from './user/HeldRoles';
import { PersonGroups } from './user/PersonGroups';
import { PersonHistory } from './user/PersonHistory';
import './people.css';

const TABS = ['members', 'roles', 'groups', 'history'] as const;

export function GroupPage() {
  const { t } = useTranslation('people');
  const { id } = groupRoute.useParams();
  const { tab } = groupRoute.useSearch();
  const navigate = groupRoute.useNavigate();
  const { data, error, refetch } = useRead('/v1/orgs/{org}/groups/{id}', { path: { id } });
  const subject = `group:${id}`;
  const chosen = TABS.find((one) => one === tab) ?? 'members';
  // Asked for beside the group itself, not after it.
  useList('/v1/orgs/{org}/groups/{id}/members', { path: { id } }, { enabled: chosen === 'members' });
  if (error) return <ProblemPage error={error} retry={() => void refetch()} />;
  if (!data) return <Busy />;
  return (
    <Page
      full={chosen === 'members'}
      title={data.title ?? id}
      help="groups"
      lead={
        <Group gap="sm" mt={2}>
          <GroupState active={data.active} />
          <code>{id}</code>
          {data.active ? null : t('groups.asleepExplain')}
        </Group>
      }
      actions={
        <>
          <AssignButton subject={subject} />
          <GroupMenu group={data} />
        </>
      }
    >
      <Tabs
        value={chosen}
        keepMounted={false}
        className={chosen === 'members' ? 'full-tabs' : undefined}
        onChange={(next) =>
          void navigate({
            search: { tab: TABS.find((one) => one === next && one !== 'members') },
            replace: true,
          })
        }
      >
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(one === 'groups' ? 'tabs.within' : `tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="members" className="full-panel">
          <Members group={id} />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <HeldRoles subject={subject} />
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
