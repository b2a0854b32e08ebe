import type { Translated } from '..';
import type { account as en } from '../en/account';

export const account: Translated<typeof en> = {
  title: 'account',
};
