/** What a way out does, in the language of the reader. */
import { useTranslation } from 'react-i18next';
import { useRoles } from '~/api/names';
import { split, splitRole } from '~/api/types';
import { exactTime } from '~/parts/When';
import type { Fix, RefusedFix } from './question';

type Remedy = Pick<Fix | RefusedFix, 'title' | 'commands' | 'kind'>;

export function useFixTitle(who: string): (remedy: Remedy) => string {
  const { t } = useTranslation('why');
  const { byRef } = useRoles();
  const step = (command: object): string => {
    const of: Record<string, unknown> = { ...command };
    const get = (name: string) => (typeof of[name] === 'string' ? of[name] : '');
    const role = byRef.get(get('role'))?.title ?? splitRole(get('role'))[1];
    const place = split(get('scope'))[1];
    switch (of.command) {
      case 'assign':
        return t('fixes.steps.assign', { who, role, place });
      case 'put_member':
        return t('fixes.steps.put_member', { who, group: get('id') });
      case 'patch_assignment':
        return of.expires
          ? t('fixes.steps.lengthen', { role, place, until: exactTime(get('expires')) })
          : t('fixes.steps.start', { role, place });
      default:
        return of.status === 'active' ? t('fixes.steps.activate', { who }) : t('fixes.steps.other', { who });
    }
  };
  return ({ kind, title, commands }) => {
    if (kind === 'ask_for_approval') return t('ask.title');
    const steps = (commands?.changes ?? []).map(step);
    return steps.length === 0
      ? title
      : steps.reduce((first, second) => t('fixes.steps.and', { first, second }));
  };
}
