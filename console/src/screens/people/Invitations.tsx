/** Who is invited and has not come yet; and the form that invites. */
import { Button, Group, Modal, Paper, Skeleton, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconMailForward, IconMailOpened } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import { refresh, useRead } from '~/api/read';
import type { components } from '~/api/schema';
import { useHere } from '~/app/here';
import { Empty } from '~/parts/Empty';
import { Page } from '~/parts/Page';
import { ProblemNote } from '~/parts/ProblemNote';
import { problemText } from '~/parts/problemText';
import { StateBadge, SubjectLink } from '~/parts/Refs';
import { exactTime, When } from '~/parts/When';
import { InviteForm } from './invite/InviteForm';
import { invitationsRoute } from './routes';
import { useVerb } from './shared/may';
import { Once } from './shared/Once';
import './people.css';

type Waiting = components['schemas']['PendingInvitation'];
type Invited = components['schemas']['Invited'];

export function Invitations() {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { invite } = invitationsRoute.useSearch();
  const navigate = invitationsRoute.useNavigate();
  const { asOf } = useHere();
  const { data, error, refetch } = useRead('/v1/orgs/{org}/invitations');
  const [sent, setSent] = useState<Invited | null>(null);
  const may = useVerb('invite');
  const show = (on: boolean) => void navigate({ search: { invite: on || undefined } });
  const button = may ? (
    <Button leftSection={<IconMailForward size={16} aria-hidden />} onClick={() => show(true)}>
      {t('invitations.invite')}
    </Button>
  ) : null;
  return (
    <Page
      title={common.t('places.invitations')}
      help="invitations"
      lead={asOf ? t('invitations.leadNow') : t('invitations.lead')}
      actions={button}
    >
      {error ? <ProblemNote error={error} retry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton height={160} radius="md" /> : null}
      {data && data.items.length === 0 ? (
        <Empty
          icon={IconMailOpened}
          title={t('invitations.empty.title')}
          text={t('invitations.empty.text')}
          action={button}
        />
      ) : null}
      {data && data.items.length > 0 ? <Pending items={data.items} sent={setSent} /> : null}
      {invite && may ? (
        <InviteForm
          close={() => show(false)}
          invited={(answer) => {
            show(false);
            setSent(answer);
          }}
        />
      ) : null}
      {sent?.link ? (
        <Once
          title={t('invitations.sentTitle', { user: sent.user })}
          label={t('invitations.link')}
          value={sent.link}
          explain={
            <>
              {t(sent.mailed ? 'invitations.mailed' : 'invitations.notMailed')}{' '}
              {sent.expires ? t('invitations.ends', { when: exactTime(sent.expires) }) : null}
            </>
          }
          close={() => setSent(null)}
        />
      ) : null}
    </Page>
  );
}

function Pending({ items, sent }: { items: Waiting[]; sent: (answer: Invited) => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  return (
    <Paper withBorder radius="md" className="held">
      <Table.ScrollContainer minWidth={720} type="native">
        <Table aria-label={common.t('places.invitations')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('invitations.who')}</Table.Th>
              <Table.Th>{t('fields.email')}</Table.Th>
              <Table.Th>{t('invitations.by')}</Table.Th>
              <Table.Th>{t('invitations.sent')}</Table.Th>
              <Table.Th>{t('fields.status')}</Table.Th>
              <Table.Th w={230}>
                <VisuallyHidden>{t('held.actions')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((one) => (
              <Row key={one.user} one={one} sent={sent} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function Row({ one, sent }: { one: Waiting; sent: (answer: Invited) => void }) {
  const { t } = useTranslation('people');
  const { org } = useHere();
  const queries = useQueryClient();
  const may = useVerb('invite');
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const path = { org, user: one.user };
  const name = one.name ?? one.user;
  const resend = async () => {
    setBusy(true);
    try {
      sent(await must(client.POST('/v1/orgs/{org}/invitations/{user}/resend', { params: { path } })));
    } catch (error) {
      const { title, detail } = problemText(asProblem(error));
      notifications.show({ color: 'red', title, message: detail, autoClose: 15_000 });
    }
    setBusy(false);
    await refresh(queries, org);
  };
  return (
    <Table.Tr>
      <Table.Td>
        <SubjectLink subject={`user:${one.user}`} />
      </Table.Td>
      <Table.Td>{one.email ?? '–'}</Table.Td>
      <Table.Td>{one.invited_by ? <SubjectLink subject={one.invited_by} /> : '–'}</Table.Td>
      <Table.Td>
        <When at={one.sent} />
      </Table.Td>
      <Table.Td>
        <LinkState one={one} />
      </Table.Td>
      <Table.Td>
        {may ? (
          <Group gap={6} wrap="nowrap" justify="flex-end">
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => void resend()}
              loading={busy}
              aria-label={t('invitations.resendTo', { name })}
            >
              {t('invitations.resend')}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => setAsking(true)}
              aria-label={t('invitations.withdrawTitle', { name })}
            >
              {t('invitations.withdraw')}
            </Button>
          </Group>
        ) : null}
        {asking ? <Withdraw one={one} close={() => setAsking(false)} /> : null}
      </Table.Td>
    </Table.Tr>
  );
}

function LinkState({ one }: { one: Waiting }) {
  const { t } = useTranslation('people');
  if (!one.sent) return <StateBadge color="gray">{t('invitations.noLink')}</StateBadge>;
  if (one.expired) return <StateBadge color="yellow">{t('invitations.expired')}</StateBadge>;
  return (
    <Stack gap={2}>
      <StateBadge color="blue">{t('invitations.waiting')}</StateBadge>
      <Text size="xs" className="soft" component="div">
        {t('held.expires')} <When at={one.expires} />
      </Text>
    </Stack>
  );
}

function Withdraw({ one, close }: { one: Waiting; close: () => void }) {
  const { t } = useTranslation('people');
  const common = useTranslation();
  const { org } = useHere();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const name = one.name ?? one.user;
  const go = async () => {
    setBusy(true);
    try {
      await must(
        client.DELETE('/v1/orgs/{org}/invitations/{user}', { params: { path: { org, user: one.user } } }),
      );
      notifications.show({ message: t('invitations.withdrawn', { name }) });
      close();
      await refresh(queries, org);
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={t('invitations.withdrawTitle', { name })}>
      <Stack>
        <Text size="sm">{t('invitations.withdrawExplain')}</Text>
        {error ? <ProblemNote error={error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {common.t('cancel')}
          </Button>
          <Button color="red.9" onClick={() => void go()} loading={busy} data-autofocus>
            {t('invitations.withdraw')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
