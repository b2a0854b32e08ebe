import type { Translated } from '..';
import type { seeAs as en } from '../en/seeAs';

export const seeAs: Translated<typeof en> = {
  title: 'seeAs',
};
