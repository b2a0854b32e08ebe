import type { Translated } from '..';
import type { decisions as en } from '../en/decisions';

export const decisions: Translated<typeof en> = {
  title: 'decisions',
};
