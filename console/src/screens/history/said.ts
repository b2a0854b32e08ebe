/** Which sentence says a change, and about whom and what. */
import type { EntryShown } from '~/api/types';
import type { history } from '~/texts/en/history';

export interface Said {
  line: keyof typeof history.lines;
  subject?: string;
  group?: string;
  role?: string;
  scope?: string;
  parent?: string;
  values: Record<string, string>;
  /** What the sentence is about is not there any more. */
  gone?: boolean;
}

type Change = EntryShown['changes'][number];

/** The sentence for a change; none for what a newer server knows and we do not. */
export function said(change: Change): Said | undefined {
  const of: Record<string, unknown> = { ...change };
  const get = (name: string): string => {
    const value = of[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const id = get('id');
  const values = (...names: string[]) => Object.fromEntries(names.map((name) => [name, get(name)]));
  const held = { subject: get('subject'), role: get('role'), scope: get('scope'), values: {} };
  switch (of.change) {
    case 'organization_created':
      return { line: 'organization_created', values: { id } };
    case 'catalog_installed':
    case 'catalog_removed':
      return { line: of.change, values: values('product') };
    case 'resource_set':
      return of.parent
        ? { line: 'resource_set_under', scope: id, parent: get('parent'), values: {} }
        : { line: 'resource_set', scope: id, values: {} };
    case 'resource_removed':
      return { line: 'resource_removed', scope: id, values: {}, gone: true };
    case 'user_set':
      return { line: userLine(get('status')), subject: `user:${id}`, values: {} };
    case 'user_removed':
      return { line: 'user_removed', subject: `user:${id}`, values: {}, gone: true };
    case 'group_set':
      return { line: 'group_set', subject: `group:${id}`, values: {} };
    case 'group_removed':
      return { line: 'group_removed', subject: `group:${id}`, values: {}, gone: true };
    case 'member_added':
    case 'member_removed':
      return { line: of.change, subject: get('member'), group: `group:${get('group')}`, values: {} };
    case 'api_key_set':
      return {
        line: of.revoked ? 'api_key_set_revoked' : 'api_key_set',
        subject: `api_key:${id}`,
        values: {},
      };
    case 'api_key_removed':
      return { line: 'api_key_removed', subject: `api_key:${id}`, values: {}, gone: true };
    case 'role_set':
      return { line: 'role_set', role: id, values: {} };
    case 'role_removed':
      return { line: 'role_removed', role: id, values: {}, gone: true };
    case 'overlay_set':
    case 'overlay_removed':
      return { line: of.change, role: get('role'), values: {} };
    case 'assignment_set':
      return of.expires
        ? { ...held, line: 'assignment_set_until', values: { until: get('expires') } }
        : { ...held, line: 'assignment_set' };
    case 'assignment_removed':
      return { ...held, line: 'assignment_removed' };
    case 'relation_set':
    case 'relation_removed':
      return { line: of.change, subject: held.subject, scope: get('resource'), values: values('relation') };
    case 'budget_set':
    case 'budget_removed':
      return {
        line: of.change,
        subject: held.subject,
        scope: held.scope,
        values: values('amount', 'currency'),
      };
    case 'seat_limit_set':
    case 'seat_limit_removed':
      return { line: of.change, values: values('pool', 'limit') };
    case 'approval_set':
      return approval(get('state'), held.subject, get('resource'), values('permission'));
    case 'noted':
      return noted(get('note'), `user:${get('user')}`, of.everywhere === true);
    default:
      return undefined;
  }
}

function userLine(status: string): Said['line'] {
  return status === 'invited' || status === 'suspended' || status === 'deactivated'
    ? `user_set_${status}`
    : 'user_set';
}

const APPROVALS: Record<string, Said['line']> = {
  pending: 'approval_requested',
  approved: 'approval_approved',
  denied: 'approval_denied',
  used: 'approval_used',
  cancelled: 'approval_cancelled',
};

function approval(
  state: string,
  subject: string,
  scope: string,
  values: Record<string, string>,
): Said | undefined {
  const line = APPROVALS[state];
  return line && { line, subject, scope, values };
}

const NOTES = [
  'signed_in',
  'signed_out',
  'password_set',
  'password_reset_issued',
  'invitation_issued',
  'invitation_accepted',
  'impersonation_started',
  'impersonation_ended',
] as const;

function noted(note: string, subject: string, everywhere: boolean): Said | undefined {
  const line = NOTES.find((one) => one === note);
  if (!line) return undefined;
  return { line: line === 'signed_out' && everywhere ? 'signed_out_everywhere' : line, subject, values: {} };
}

/** Whether nothing of an entry changes what anybody may do: sign-ins and the like. */
export const isNote = (entry: EntryShown): boolean =>
  entry.changes.every((change) => {
    const of: Record<string, unknown> = { ...change };
    return of.change === 'noted';
  });
