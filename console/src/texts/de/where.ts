import type { Translated } from '..';
import type { where as en } from '../en/where';

export const where: Translated<typeof en> = {
  title: 'where',
};
