import type { Translated } from '..';
import type { history as en } from '../en/history';

export const history: Translated<typeof en> = {
  title: 'history',
};
