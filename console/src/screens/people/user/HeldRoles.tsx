/** Roles by product: where each holds, from where it comes, what is asleep and why, and until when. */
import { Anchor, Paper, Skeleton, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconUserShield } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useProductTitle, useRoleTitle } from '~/api/names';
import { useRead } from '~/api/read';
import { type HeldRole, type RoleRef, type SubjectRef, splitRole } from '~/api/types';
import { Empty } from '~/parts/Empty';
import { ProblemNote } from '~/parts/ProblemNote';
import { RoleLink, ScopeLink, StateBadge, SubjectLink } from '~/parts/Refs';
import { Day } from '~/parts/When';
import { AssignButton } from '../assign/AssignButton';
import { byProduct, type OfProduct, originOf } from '../shared/held';
import { WithCode } from '../shared/WithCode';
import { HeldMenu } from './HeldMenu';

export function HeldRoles({ subject }: { subject: SubjectRef }) {
  const { t } = useTranslation('people');
  const { data, error, refetch } = useRead('/v1/orgs/{org}/review/authorized-roles', {
    query: { subject, limit: 1000 },
  });
  if (error) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} radius="md" />;
  if (data.items.length === 0)
    return (
      <Empty
        icon={IconUserShield}
        title={t('held.empty.title')}
        text={t('held.empty.text')}
        action={<AssignButton subject={subject} />}
      />
    );
  return (
    <Stack>
      {byProduct(data.items).map((one) => (
        <ProductRoles key={one.product} subject={subject} {...one} />
      ))}
    </Stack>
  );
}

function ProductRoles({ subject, product, held }: OfProduct & { subject: SubjectRef }) {
  const { t } = useTranslation('people');
  const title = useProductTitle(product);
  return (
    <Paper withBorder radius="md" className="held">
      <Title order={2} className="held-title">
        {title}
      </Title>
      <Table.ScrollContainer minWidth={280} type="native">
        <Table role="table" className="held-table" aria-label={t('held.table', { product: title })}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="30%">{t('held.role')}</Table.Th>
              <Table.Th w="20%">{t('held.place')}</Table.Th>
              <Table.Th>{t('held.from')}</Table.Th>
              <Table.Th w="22%">{t('held.state')}</Table.Th>
              <Table.Th w={48}>
                <VisuallyHidden>{t('held.actions')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {held.map((one) => (
              <HeldRow key={one.role + one.scope + one.path.subjects.join()} subject={subject} held={one} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

function HeldRow({ subject, held }: { subject: SubjectRef; held: HeldRole }) {
  const { t } = useTranslation('people');
  return (
    <Table.Tr role="row" data-asleep={held.state === 'dormant' || undefined}>
      <Table.Td role="cell">
        <RoleLink role={held.role} />
        {held.includes && held.includes.length > 0 ? (
          <div className="held-more">
            {t('held.includes')}{' '}
            {held.includes.map((role, index) => (
              <span key={role}>
                {index > 0 ? ', ' : ''}
                <RoleWord role={role} />
              </span>
            ))}
          </div>
        ) : null}
      </Table.Td>
      <Table.Td role="cell">
        <ScopeLink scope={held.scope} />
      </Table.Td>
      <Table.Td role="cell">
        <Origin held={held} />
        {held.approver ? (
          <div className="held-more">
            {t('held.approver')} <SubjectLink subject={held.approver} />
          </div>
        ) : null}
      </Table.Td>
      <Table.Td role="cell">
        <HeldState held={held} />
      </Table.Td>
      <Table.Td role="cell">
        {originOf(held) === 'direct' ? <HeldMenu subject={subject} held={held} /> : null}
      </Table.Td>
    </Table.Tr>
  );
}

/** A role within a sentence. */
function RoleWord({ role }: { role: RoleRef }) {
  const [product, id] = splitRole(role);
  const title = useRoleTitle(role);
  return (
    <Anchor
      renderRoot={(props) => <Link to="/roles/$product/$role" params={{ product, role: id }} {...props} />}
    >
      {title}
    </Anchor>
  );
}

/** Given directly, through groups, or what everybody has. */
export function Origin({ held }: { held: Pick<HeldRole, 'baseline' | 'path'> }) {
  const { t } = useTranslation('people');
  const origin = originOf(held);
  if (origin !== 'group') return <Text size="sm">{t(`held.origins.${origin}`)}</Text>;
  return (
    <Text size="sm" component="div">
      {t('held.origins.group')}{' '}
      {held.path.subjects.slice(1).map((group, index) => (
        <span key={group}>
          {index > 0 ? ' › ' : ''}
          <SubjectLink subject={group} />
        </span>
      ))}
    </Text>
  );
}

function HeldState({ held }: { held: HeldRole }) {
  const { t } = useTranslation('people');
  const color = held.state === 'active' ? 'green' : held.state === 'dormant' ? 'yellow' : 'blue';
  return (
    <Stack gap={4}>
      <StateBadge color={color}>{t(`held.states.${held.state}`)}</StateBadge>
      {held.state === 'dormant' ? (
        <Text size="xs" className="soft">
          {held.detail ? <WithCode text={held.detail} /> : null}
          {!held.detail && held.reason ? reasonText(t, held.reason) : null}
        </Text>
      ) : null}
      {held.starts && Date.parse(held.starts) > Date.now() ? (
        <Text size="xs" className="soft" component="div">
          {t('held.starts')} <Day at={held.starts} />
        </Text>
      ) : null}
      {held.expires ? (
        <Text size="xs" className="soft" component="div">
          {t(Date.parse(held.expires) > Date.now() ? 'held.expires' : 'held.expired')}{' '}
          <Day at={held.expires} />
        </Text>
      ) : null}
    </Stack>
  );
}

const REASONS = ['not_started', 'expired', 'group_inactive', 'subject_inactive', 'role_inactive'] as const;

function reasonText(t: (key: `held.reasons.${(typeof REASONS)[number]}`) => string, code: string): string {
  const known = REASONS.find((one) => one === code);
  return known ? t(`held.reasons.${known}`) : code.replaceAll('_', ' ');
}
