/**
 * The table: only the rows and columns in sight are in the document. The arrow keys move over the cells; the cell that the
 * keyboard is at is explained below the table.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { GridRow } from './GridRow';
import type { Cells, Line, Table } from './model';
import { type At, moved } from './moves';
import { RoleHead } from './RoleHead';
import { useCellWords } from './words';

interface Given {
  table: Table;
  lines: Line[];
  before: Cells | undefined;
  at: At;
  onAt: (at: At) => void;
}

const HEAD = 172;
const COLUMN = 44;
const ROW = 38;
const AREA = 34;

export function Grid({ table, lines, before, at, onAt }: Given) {
  const { t } = useTranslation('matrix');
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = window.innerWidth < 768;
  const first = narrow ? 170 : 300;
  const words = useCellWords();
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'area' ? AREA : ROW),
    getItemKey: (index) => lineKey(lines[index], index),
    overscan: 10,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: table.roles.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN,
    overscan: 8,
    paddingStart: first,
    scrollPaddingStart: first,
  });
  const go = (to: At) => {
    onAt(to);
    rows.scrollToIndex(to.row);
    columns.scrollToIndex(to.column);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-cell="${to.row} ${to.column}"]`)?.focus(),
    );
  };
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const to = moved(at, event.key, event.ctrlKey || event.metaKey, lines, table.roles.length);
    if (!to) return;
    event.preventDefault();
    go(to);
  };
  const shownColumns = columns.getVirtualItems();
  const width = columns.getTotalSize();
  return (
    <div
      className="matrix"
      role="grid"
      ref={scroller}
      aria-label={t('grid', { product: table.title })}
      aria-rowcount={lines.length + 1}
      aria-colcount={table.roles.length + 1}
      onKeyDown={pressed}
    >
      <div className="matrix-head" role="row" tabIndex={-1} aria-rowindex={1} style={{ width, height: HEAD }}>
        <div
          className="matrix-corner"
          role="columnheader"
          tabIndex={-1}
          aria-colindex={1}
          style={{ width: first }}
        >
          {t('permission')}
        </div>
        {shownColumns.map((column) => {
          const role = table.roles[column.index];
          return role ? (
            <RoleHead
              key={role.role}
              role={role}
              index={column.index}
              left={column.start}
              width={COLUMN}
              lit={column.index === at.column}
            />
          ) : null;
        })}
      </div>
      <div role="rowgroup" className="matrix-body" style={{ width, height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          return (
            <GridRow
              key={item.key}
              line={line}
              index={item.index}
              top={item.start - HEAD}
              height={item.size}
              first={first}
              columns={shownColumns}
              width={COLUMN}
              table={table}
              before={before}
              at={at}
              words={words}
              onAt={onAt}
            />
          );
        })}
      </div>
    </div>
  );
}

const lineKey = (line: Line | undefined, index: number): string | number =>
  line === undefined ? index : line.kind === 'area' ? `area ${line.id}` : line.permission.permission;
