/** One place, one feature: seen, given in part, given, or given from above. */
import { IconCheck, IconEye, IconLock, IconMinus } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell } from './features';

interface Given {
  address: string;
  label: string;
  cell: Cell;
  barred: string | null;
  views: boolean;
  reachable: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: () => void;
  onToggle: (on: boolean) => void;
}

export function GridCell({ address, label, cell, barred, views, reachable, ...on }: Given) {
  const { t } = useTranslation('roles');
  const whole = cell.given === cell.of;
  const none = cell.given === 0;
  const fixed = (cell.above && whole) || (barred !== null && none);
  const said = none
    ? (barred ?? t(views ? 'grid.view' : 'grid.no'))
    : cell.above && whole
      ? t('grid.above')
      : whole
        ? t('grid.edit')
        : t('grid.part', { given: cell.given, of: cell.of });
  return (
    <div role="gridcell" className="grid-cell" tabIndex={-1}>
      <button
        type="button"
        role="checkbox"
        aria-checked={none ? 'false' : whole ? 'true' : 'mixed'}
        aria-disabled={fixed || undefined}
        aria-label={`${label}: ${said}${cell.conditional ? `, ${t('grid.conditional')}` : ''}`}
        title={said}
        className="grid-box"
        data-at={address}
        data-state={none ? (barred ? 'barred' : 'none') : whole ? (cell.above ? 'above' : 'on') : 'part'}
        tabIndex={reachable ? 0 : -1}
        onKeyDown={on.onKeyDown}
        onFocus={on.onFocus}
        onClick={() => {
          if (!fixed) on.onToggle(!whole);
        }}
      >
        {none ? (
          barred ? (
            <IconLock size={15} stroke={1.6} aria-hidden />
          ) : views ? (
            <IconEye size={15} stroke={1.4} aria-hidden />
          ) : (
            <IconMinus size={14} stroke={1.4} aria-hidden />
          )
        ) : (
          <IconCheck size={16} stroke={2.4} aria-hidden />
        )}
        <span>
          {none
            ? views && !barred
              ? t('grid.view')
              : ''
            : whole
              ? t('grid.edit')
              : `${cell.given}/${cell.of}`}
          {cell.conditional ? '*' : ''}
        </span>
      </button>
    </div>
  );
}
