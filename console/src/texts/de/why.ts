import type { Translated } from '..';
import type { why as en } from '../en/why';

export const why: Translated<typeof en> = {
  title: 'why',
};
