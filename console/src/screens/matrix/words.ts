/** What stands in a cell, in words. */
import { useTranslation } from 'react-i18next';
import type { PermissionShown, RoleWhole } from '~/api/types';
import { type PresentationState, screenText } from '~/parts/Decision';
import type { Cell } from './model';

const DENIED: PresentationState[] = ['hidden', 'disabled', 'read_only', 'replaced'];

/** What a screen does without a permission: `hidden`, or `replaced:` and the permission whose control stands there. */
export function deniedState(whenDenied: string): PresentationState | undefined {
  return DENIED.find((state) => state === whenDenied.split(':')[0]);
}

/** The same as a sentence. */
export function useDeniedWords(permissions: PermissionShown[]): (whenDenied: string) => string {
  const { t } = useTranslation('matrix');
  return (whenDenied) => {
    const state = deniedState(whenDenied);
    if (!state) return t('denied.unsaid');
    const [, instead] = whenDenied.split(':');
    const title = permissions.find((one) => one.id === instead)?.title ?? instead;
    return screenText(state, title);
  };
}

/** One line for a cell: what it is, and without the permission what the screen does. */
export function useCellWords(permissions: PermissionShown[]) {
  const { t } = useTranslation('matrix');
  const deniedWords = useDeniedWords(permissions);
  return (cell: Cell, permission: PermissionShown): string => {
    const outcome = t(`outcomes.${cell.outcome}`);
    if (cell.outcome === 'deny')
      return permission.when_denied ? `${outcome}. ${deniedWords(permission.when_denied)}` : outcome;
    return cell.limit ? `${outcome}: ${cell.limit.replaceAll('_', ' ')}` : outcome;
  };
}

type Grant = RoleWhole['grants'][number];

/** Under which terms a role grants something, each as a sentence. */
export function useTerms(): (grant: Grant) => string[] {
  const { t } = useTranslation('matrix');
  return (grant) => [
    ...(grant.limit ? [t('terms.limit', { limit: grant.limit.text })] : []),
    ...(grant.needs_approval ? [t('terms.approval')] : []),
    ...(grant.when != null ? [t('terms.when', { when: grant.when })] : []),
    ...((grant.related ?? []).length > 0
      ? [t('terms.related', { relations: (grant.related ?? []).join(', ') })]
      : []),
    ...((grant.requires ?? []).length > 0
      ? [t('terms.requires', { roles: (grant.requires ?? []).join(', ') })]
      : []),
    ...(grant.within ? [t('terms.within', { scope: grant.within })] : []),
    ...(grant.within_budget ? [t('terms.budget')] : []),
    ...(grant.implied_by ? [t('terms.implied', { permission: grant.implied_by })] : []),
  ];
}
