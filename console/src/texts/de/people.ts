import type { Translated } from '..';
import type { people as en } from '../en/people';

export const people: Translated<typeof en> = {
  title: 'people',
};
