/** References as people read them: a name, the kind as a picture, a link to the page about it. */
import { Anchor, Badge, Group, Text, Tooltip } from '@mantine/core';
import {
  type Icon,
  IconBox,
  IconBuilding,
  IconFileText,
  IconFolder,
  IconKey,
  IconServer,
  IconTargetArrow,
  IconUser,
  IconUserShield,
  IconUsersGroup,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useName, useRoleTitle } from '~/api/names';
import { type ResourceRef, type RoleRef, type SubjectRef, split, splitRole } from '~/api/types';

const SUBJECT_ICONS: Record<string, Icon> = { user: IconUser, group: IconUsersGroup, api_key: IconKey };
const SCOPE_ICONS: Record<string, Icon> = {
  organization: IconBuilding,
  product: IconBox,
  instance: IconServer,
  project: IconTargetArrow,
};

export const subjectIcon = (ref: SubjectRef): Icon => SUBJECT_ICONS[split(ref)[0]] ?? IconUser;
export const resourceIcon = (ref: ResourceRef): Icon => {
  const kind = split(ref)[0];
  return SCOPE_ICONS[kind] ?? (kind.includes('/') ? IconFileText : IconFolder);
};

function WithIcon({ icon: Picture, children }: { icon: Icon; children: ReactNode }) {
  return (
    <span className="ref">
      <Picture size={15} stroke={1.7} aria-hidden />
      <span>{children}</span>
    </span>
  );
}

/** A user, group or API key by name, without a link. */
export function SubjectName({ subject }: { subject: SubjectRef }) {
  return <WithIcon icon={subjectIcon(subject)}>{useName(subject)}</WithIcon>;
}

/** The same as a link to its page. */
export function SubjectLink({ subject }: { subject: SubjectRef }) {
  const [kind, id] = split(subject);
  const to = kind === 'group' ? '/groups/$id' : kind === 'api_key' ? '/keys/$id' : '/people/$id';
  return (
    <Anchor renderRoot={(props) => <Link to={to} params={{ id }} {...props} />} size="sm">
      <SubjectName subject={subject} />
    </Anchor>
  );
}

/** A role by its title. */
export function RoleName({ role }: { role: RoleRef }) {
  return <WithIcon icon={IconUserShield}>{useRoleTitle(role)}</WithIcon>;
}

/** The same as a link, its full id on demand. */
export function RoleLink({ role }: { role: RoleRef }) {
  const [product, id] = splitRole(role);
  return (
    <Tooltip label={role}>
      <Anchor
        renderRoot={(props) => <Link to="/roles/$product/$role" params={{ product, role: id }} {...props} />}
        size="sm"
      >
        <RoleName role={role} />
      </Anchor>
    </Tooltip>
  );
}

/** A resource as the place where something holds. */
export function ScopeName({ scope }: { scope: ResourceRef }) {
  const [, id] = split(scope);
  return (
    <Tooltip label={scope}>
      <span className="scope">
        <WithIcon icon={resourceIcon(scope)}>{id}</WithIcon>
      </span>
    </Tooltip>
  );
}

/** The same as a link into the tree. */
export function ScopeLink({ scope }: { scope: ResourceRef }) {
  return (
    <Anchor renderRoot={(props) => <Link to="/where" search={{ at: scope }} {...props} />} size="sm">
      <ScopeName scope={scope} />
    </Anchor>
  );
}

/** A permission: its title, and its id for those who look for it. */
export function PermissionName({ id, title }: { id: string; title?: string | undefined }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm">{title ?? id}</Text>
      {title ? <code className="faint">{id}</code> : null}
    </Group>
  );
}

/** A state in one word: colour and word say the same. */
export function StateBadge({
  color,
  children,
}: {
  color: 'green' | 'yellow' | 'red' | 'gray' | 'blue';
  children: ReactNode;
}) {
  return <Badge color={`${color}.9`}>{children}</Badge>;
}
