import type { Translated } from '..';
import type { approvals as en } from '../en/approvals';

export const approvals: Translated<typeof en> = {
  title: 'approvals',
};
