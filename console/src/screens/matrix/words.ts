/** What stands in a cell, in words. */
import { useTranslation } from 'react-i18next';
import { type PresentationState, screenText } from '~/parts/Decision';
import type { Cell, Permission } from './model';

const DENIED: PresentationState[] = ['hidden', 'disabled', 'read_only', 'replaced'];

/** What a screen does without a permission: `hidden`, or `replaced:` and the permission whose control stands there. */
export function deniedState(whenDenied: string): PresentationState | undefined {
  return DENIED.find((state) => state === whenDenied.split(':')[0]);
}

/** One line for a cell: what it is, and without the permission what the screen does. */
export function useCellWords(): (cell: Cell, permission: Permission) => string {
  const { t } = useTranslation('matrix');
  return (cell, permission) => {
    const outcome = t(`outcomes.${cell.state}`);
    if (cell.state !== 'deny') return cell.limit ? `${outcome}: ${cell.limit.text}` : outcome;
    const otherwise = permission.when_denied ? screenText(permission.when_denied) : '';
    const instead = permission.replacement_title;
    const shown = instead ? t('replaced', { instead, otherwise }).trim() : otherwise;
    return shown ? `${outcome}. ${shown}` : outcome;
  };
}

/** What stands for it in the table: something else in its place comes first. */
export const deniedOf = (permission: Permission): PresentationState | null =>
  permission.replacement ? 'replaced' : (permission.when_denied ?? null);

/** Under which terms a role grants something, each as a sentence. */
export function useTerms(): (cell: Cell) => string[] {
  const { t } = useTranslation('matrix');
  const list = (name: 'related' | 'requires', values: string[] | undefined) =>
    values && values.length > 0 ? [t(`terms.${name}`, { values: values.join(', ') })] : [];
  return (cell) => [
    ...(cell.needs_approval ? [t('terms.approval')] : []),
    ...(cell.when ? [t('terms.when', { when: cell.when })] : []),
    ...(cell.otherwise === 'needs_approval' ? [t('terms.otherwise')] : []),
    ...list('related', cell.related),
    ...list('requires', cell.requires),
    ...(cell.within ? [t('terms.within', { scope: cell.within })] : []),
    ...(cell.reach ? [t('terms.reach', { type: cell.reach })] : []),
    ...(cell.within_budget ? [t('terms.budget')] : []),
    ...(cell.through ? [t('terms.through', { role: cell.through })] : []),
    ...(cell.refused ? [t('terms.refused')] : []),
  ];
}
