import type { Translated } from '..';
import type { matrix as en } from '../en/matrix';

export const matrix: Translated<typeof en> = {
  title: 'matrix',
};
