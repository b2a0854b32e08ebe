import type { components } from '~/api/schema';

export type Approval = components['schemas']['ApprovalShown'];

/** Whether somebody can still decide on it. */
export const isOpen = (approval: Pick<Approval, 'state' | 'expired'>) =>
  approval.state === 'pending' && !approval.expired;

/** Those that wait: what ends soonest first. Those that are settled: the newest end first. */
export function sorted(approvals: Approval[], open: boolean): Approval[] {
  const order = open ? 1 : -1;
  return approvals
    .filter((one) => isOpen(one) === open)
    .sort((a, b) => order * (Date.parse(a.expires) - Date.parse(b.expires)));
}
