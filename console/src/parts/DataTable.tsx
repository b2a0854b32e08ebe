/**
 * A long table that shows only the rows in sight. Arrows move, Enter opens, Space chooses; what is beyond the end is asked
 * for when somebody comes near it.
 */
import { Checkbox, Loader } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface Column<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** As in `grid-template-columns`. */
  width?: string;
  /** Left out where there is little room. */
  wideOnly?: boolean;
}

interface Given<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  /** What is said of a row that can be chosen. */
  rowLabel?: (row: Row) => string;
  onOpen?: (row: Row) => void;
  chosen?: Set<string>;
  onChoose?: (chosen: Set<string>) => void;
  more?: () => void;
  hasMore?: boolean;
  isLoading?: boolean;
  /** How many there are in all, if that is known. */
  total?: number | undefined;
  empty?: ReactNode;
  rowHeight?: number;
}

/** So many rows before the end the next page is asked for. */
const NEAR = 40;

export function DataTable<Row>(given: Given<Row>) {
  const { t } = useTranslation();
  const { columns, rows, rowId, onOpen, chosen, onChoose, more, hasMore } = given;
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const height = given.rowHeight ?? 46;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - NEAR) more?.();
  }, [hasMore, last, rows.length, more]);
  const template = [
    onChoose ? '40px' : '',
    ...columns.map((column) => column.width ?? 'minmax(0, 1fr)'),
  ].join(' ');
  const narrow = [
    onChoose ? '40px' : '',
    ...columns.filter((one) => !one.wideOnly).map((column) => column.width ?? 'minmax(0, 1fr)'),
  ].join(' ');
  const go = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus(),
    );
  };
  const toggle = (row: Row) => {
    if (!onChoose) return;
    const next = new Set(chosen);
    if (!next.delete(rowId(row))) next.add(rowId(row));
    onChoose(next);
  };
  const pressed = (event: KeyboardEvent<HTMLElement>, row: Row, index: number) => {
    if (event.target !== event.currentTarget) return;
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + 15,
      PageUp: index - 15,
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) go(to);
    else if (event.key === 'Enter' && onOpen) onOpen(row);
    else if (event.key === ' ' && onChoose) toggle(row);
    else return;
    event.preventDefault();
  };
  if (!given.isLoading && rows.length === 0) return <>{given.empty}</>;
  const allChosen = rows.length > 0 && chosen !== undefined && rows.every((row) => chosen.has(rowId(row)));
  return (
    <div
      className="data-table"
      ref={scroller}
      role="grid"
      aria-label={given.label}
      aria-busy={given.isLoading || undefined}
      aria-rowcount={given.total ?? (hasMore ? -1 : rows.length + 1)}
      aria-multiselectable={onChoose ? true : undefined}
      style={{ '--columns': template, '--columns-narrow': narrow } as React.CSSProperties}
    >
      <div className="data-head" role="row" aria-rowindex={1} tabIndex={-1}>
        {onChoose ? (
          <div role="columnheader" tabIndex={-1}>
            <Checkbox
              aria-label={t('table.chooseAll')}
              checked={allChosen}
              indeterminate={!allChosen && (chosen?.size ?? 0) > 0}
              onChange={() => onChoose(allChosen ? new Set() : new Set(rows.map(rowId)))}
            />
          </div>
        ) : null}
        {columns.map((column) => (
          <div role="columnheader" tabIndex={-1} key={column.id} data-wide={column.wideOnly || undefined}>
            {column.header}
          </div>
        ))}
      </div>
      <div className="data-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {shown.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const id = rowId(row);
          const isChosen = chosen?.has(id) ?? false;
          return (
            <div
              key={id}
              role="row"
              className="data-row"
              data-row={item.index}
              aria-rowindex={item.index + 2}
              aria-selected={onChoose ? isChosen : undefined}
              tabIndex={item.index === Math.min(at, rows.length - 1) ? 0 : -1}
              style={{ transform: `translateY(${item.start}px)`, height }}
              onKeyDown={(event) => pressed(event, row, item.index)}
              onFocus={() => setAt(item.index)}
              onClick={(event) => {
                if (onOpen && !(event.target as HTMLElement).closest('a,button,input,label')) onOpen(row);
              }}
              data-opens={onOpen ? true : undefined}
            >
              {onChoose ? (
                <div role="gridcell" tabIndex={-1}>
                  <Checkbox
                    aria-label={t('table.choose', { row: given.rowLabel?.(row) ?? id })}
                    checked={isChosen}
                    onChange={() => toggle(row)}
                  />
                </div>
              ) : null}
              {columns.map((column) => (
                <div role="gridcell" tabIndex={-1} key={column.id} data-wide={column.wideOnly || undefined}>
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      {given.isLoading || hasMore ? (
        <div className="data-more" aria-hidden>
          <Loader size="sm" />
        </div>
      ) : null}
    </div>
  );
}
