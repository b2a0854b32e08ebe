/** One API key: where it works, who answers for it, and what it may do. */
import { Alert, Group, Tabs } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { useRead } from '~/api/read';
import type { ApiKeyShown } from '~/api/types';
import { Busy } from '~/parts/Busy';
import { Page } from '~/parts/Page';
import { ProblemPage } from '~/parts/ProblemNote';
import { RoleLink, SubjectLink } from '~/parts/Refs';
import { Day, When } from '~/parts/When';
import { AssignButton } from './assign/AssignButton';
import { KeyMenu } from './key/KeyMenu';
import { KeyKind, KeyState } from './key/KeyState';
import { keyRoute } from './routes';
import { HeldRoles } from './user/HeldRoles';
import { Permissions } from './user/Permissions';
import { PersonGroups } from './user/PersonGroups';
import { PersonHistory } from './user/PersonHistory';
import './people.css';

const TABS = ['roles', 'permissions', 'groups', 'history'] as const;

export function KeyPage() {
  const { t } = useTranslation('people');
  const { id } = keyRoute.useParams();
  const { tab } = keyRoute.useSearch();
  const navigate = keyRoute.useNavigate();
  const { data, error, refetch } = useRead('/v1/orgs/{org}/api-keys/{id}', { path: { id } });
  const subject = `api_key:${id}`;
  if (error) return <ProblemPage error={error} retry={() => void refetch()} />;
  if (!data) return <Busy />;
  const chosen = TABS.find((one) => one === tab) ?? 'roles';
  return (
    <Page
      title={data.title ?? id}
      help="api-keys"
      lead={
        <Group gap="sm" mt={2}>
          <KeyState item={data} />
          <KeyKind kind={data.kind} />
          <code>{id}</code>
        </Group>
      }
      actions={
        <>
          {data.revoked ? null : <AssignButton subject={subject} />}
          <KeyMenu item={data} />
        </>
      }
    >
      <Facts item={data} />
      {data.kind === 'public' ? <PublicNote /> : null}
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

function Facts({ item }: { item: ApiKeyShown }) {
  const { t } = useTranslation('people');
  return (
    <dl className="facts">
      <Fact name={t('keys.prefix')}>{item.prefix ? <code>{item.prefix}…</code> : '–'}</Fact>
      <Fact name={t('keys.used')}>
        {item.last_used_at ? <When at={item.last_used_at} /> : t('keys.never')}
        {item.last_used_from ? ` · ${item.last_used_from}` : null}
      </Fact>
      <Fact name={t('keys.expires')}>{item.expires ? <Day at={item.expires} /> : t('keys.noEnd')}</Fact>
      <Fact name={t('keys.by')}>
        {item.issued_by ? <SubjectLink subject={item.issued_by} /> : t('keys.nobody')}
      </Fact>
      {item.kind === 'public' ? (
        <Fact name={t('keys.origins')} wide>
          {(item.origins ?? []).map((origin) => (
            <div key={origin}>{origin}</div>
          ))}
        </Fact>
      ) : null}
      {item.previous ? (
        <Fact name={t('keys.previous')}>
          {item.previous.prefix ? <code>{item.previous.prefix}…</code> : null} {t('keys.previousUntil')}{' '}
          <When at={item.previous.until} />
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div data-wide={wide}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Everybody can read a public key, so it may hold only what is harmless. */
function PublicNote() {
  const { t } = useTranslation('people');
  const { all } = useRoles();
  const harmless = all.filter((role) => role.public);
  return (
    <Alert color="blue" icon={<IconWorld size={18} />} title={t('keys.publicTitle')} mb="md">
      {t('keys.publicNote')}{' '}
      {harmless.map((role, index) => (
        <span key={role.id}>
          {index > 0 ? ', ' : ''}
          <RoleLink role={role.id} />
        </span>
      ))}
    </Alert>
  );
}
