import type { Translated } from '..';
import type { roles as en } from '../en/roles';

export const roles: Translated<typeof en> = {
  title: 'roles',
};
