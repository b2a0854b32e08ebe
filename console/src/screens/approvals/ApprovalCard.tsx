/** One request: who asks what where, for how much, until when; and what I may do about it. */
import { Button, Group, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import i18n from 'i18next';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import { organizationKey, refresh, useRead } from '~/api/read';
import { splitRole } from '~/api/types';
import { useHere } from '~/app/here';
import { ProblemNote } from '~/parts/ProblemNote';
import { problemText } from '~/parts/problemText';
import { ScopeLink, StateBadge, SubjectLink } from '~/parts/Refs';
import { When } from '~/parts/When';
import { type Approval, isOpen } from './sorted';

const COLORS = {
  pending: 'blue',
  approved: 'green',
  denied: 'red',
  used: 'gray',
  cancelled: 'gray',
} as const;

export function ApprovalCard({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals');
  const title = usePermissionTitle(approval.permission);
  const over = approval.state === 'pending' && approval.expired;
  return (
    <li className="approval">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} size="md">
            {title}
          </Title>
          <Text size="sm" component="div" mt={2}>
            <SubjectLink subject={approval.subject} /> {t('at')} <ScopeLink scope={approval.resource} />
          </Text>
        </div>
        <Group gap="sm" wrap="nowrap">
          {approval.amount ? (
            <Text fw={650} className="amount">
              {money(approval.amount, approval.currency)}
            </Text>
          ) : null}
          <StateBadge color={over ? 'yellow' : COLORS[approval.state]}>
            {t(over ? 'states.expired' : `states.${approval.state}`)}
          </StateBadge>
        </Group>
      </Group>
      <Group justify="space-between" mt="xs" gap="sm">
        <Text size="xs" className="soft" component="div">
          {t(Date.parse(approval.expires) > Date.now() ? 'expires' : 'expired')}{' '}
          <When at={approval.expires} />
          {approval.decided_by ? (
            <>
              {' · '}
              {t('by')} <SubjectLink subject={approval.decided_by} />
            </>
          ) : null}{' '}
          · <code>{approval.permission}</code>
        </Text>
        {isOpen(approval) ? <Deciding approval={approval} title={title} /> : null}
      </Group>
    </li>
  );
}

/** An amount as people write it in their language. */
export function money(amount: string, currency: string | null | undefined): string {
  const value = Number(amount);
  if (!currency || Number.isNaN(value)) return `${amount} ${currency ?? ''}`.trim();
  return new Intl.NumberFormat(i18n.language, { style: 'currency', currency }).format(value);
}

function usePermissionTitle(permission: string): string {
  const [product, id] = splitRole(permission);
  const { data } = useRead('/v1/orgs/{org}/products/{product}', { path: { product } });
  return data?.permissions.find((one) => one.id === id)?.title ?? permission;
}

type Ruling = 'approve' | 'deny' | 'cancel';

function rule(org: string, id: string, ruling: Ruling, by: string, dryRun: boolean) {
  const params = { path: { org, id }, query: { dry_run: dryRun } };
  if (ruling === 'cancel') return must(client.POST('/v1/orgs/{org}/approvals/{id}/cancel', { params }));
  const body = { by };
  return ruling === 'approve'
    ? must(client.POST('/v1/orgs/{org}/approvals/{id}/approve', { params, body }))
    : must(client.POST('/v1/orgs/{org}/approvals/{id}/deny', { params, body }));
}

function Deciding({ approval, title }: { approval: Approval; title: string }) {
  const { t } = useTranslation('approvals');
  const { org, me, asOf, session } = useHere();
  const queries = useQueryClient();
  const mine = approval.subject === me.subject;
  // Whether I may decide is the server's to say: it is asked, without deciding.
  const may = useQuery({
    queryKey: [...organizationKey(org), 'may-decide', approval.id],
    queryFn: () => rule(org, approval.id, 'approve', me.subject, true),
    enabled: !asOf && !mine && !session.impersonator,
    retry: false,
  });
  const act = useMutation({
    mutationFn: (ruling: Ruling) => rule(org, approval.id, ruling, me.subject, false),
    onSuccess: async (_, ruling) => {
      notifications.show({ message: t(`did.${ruling}`, { title }) });
      await refresh(queries, org);
    },
  });
  if (asOf) return null;
  if (act.error) return <ProblemNote error={act.error} retry={() => act.reset()} />;
  if (mine)
    return (
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => act.mutate('cancel')}
        loading={act.isPending}
      >
        {t('cancel')}
      </Button>
    );
  if (session.impersonator) return <NotMine why={t('acting')} />;
  if (may.error) return <NotMine why={problemText(asProblem(may.error)).detail} />;
  if (!may.data) return null;
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconX size={15} aria-hidden />}
        onClick={() => act.mutate('deny')}
        disabled={act.isPending}
      >
        {t('deny')}
      </Button>
      <Button
        size="compact-sm"
        leftSection={<IconCheck size={15} aria-hidden />}
        onClick={() => act.mutate('approve')}
        disabled={act.isPending}
      >
        {t('approve')}
      </Button>
    </Group>
  );
}

function NotMine({ why }: { why: string }) {
  const { t } = useTranslation('approvals');
  return (
    <Text size="xs" className="soft" maw={480}>
      {t('notMine', { why })}
    </Text>
  );
}
