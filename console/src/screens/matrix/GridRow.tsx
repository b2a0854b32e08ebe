/** One line of the table: a heading, or a permission with its cells. */
import type { VirtualItem } from '@tanstack/react-virtual';
import { useTranslation } from 'react-i18next';
import { CellMark } from './CellMark';
import { type Cell, type Cells, cellAt, changed, type Line, type Permission, type Table } from './model';
import type { At } from './moves';
import { deniedOf } from './words';

interface Given {
  line: Line;
  index: number;
  top: number;
  height: number;
  /** How wide the names of permissions are. */
  first: number;
  columns: VirtualItem[];
  width: number;
  table: Table;
  before: Cells | undefined;
  at: At;
  words: (cell: Cell, permission: Permission) => string;
  onAt: (at: At) => void;
}

export function GridRow(given: Given) {
  const { t } = useTranslation('matrix');
  const { line, index, top, height, first } = given;
  const place = { transform: `translateY(${top}px)`, height };
  if (line.kind === 'area')
    return (
      <div className="matrix-row area" role="row" tabIndex={-1} aria-rowindex={index + 2} style={place}>
        <div role="rowheader" tabIndex={-1} aria-colindex={1} className="matrix-area">
          {line.title || t('otherArea')}
        </div>
      </div>
    );
  const { permission } = line;
  return (
    <div
      className="matrix-row"
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      style={place}
      data-lit={index === given.at.row || undefined}
    >
      <div
        role="rowheader"
        tabIndex={-1}
        aria-colindex={1}
        className="matrix-permission"
        style={{ width: first }}
        title={`${permission.title} (${permission.permission})`}
      >
        <span className="permission-name">{permission.title}</span>
      </div>
      {given.columns.map((column) => (
        <OneCell key={column.key} {...given} permission={permission} column={column} />
      ))}
    </div>
  );
}

function OneCell(given: Given & { permission: Permission; column: VirtualItem }) {
  const { t } = useTranslation('matrix');
  const { table, before, permission, column, index, at, words, onAt } = given;
  const role = table.roles[column.index];
  if (!role) return null;
  const cell = cellAt(table.cells, role.role, permission.permission);
  const isNew = before !== undefined && changed(table.cells, before, role.role, permission.permission);
  const here = at.row === index && at.column === column.index;
  const label = words(cell, permission);
  const onCell = () => onAt({ row: index, column: column.index });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys lead to every cell, and being there is all a click does
    <div
      role="gridcell"
      aria-colindex={column.index + 2}
      aria-label={isNew ? `${label}. ${t('compare.changed')}` : label}
      className="matrix-cell"
      data-cell={`${index} ${column.index}`}
      data-lit={column.index === at.column || undefined}
      data-here={here || undefined}
      data-new={isNew || undefined}
      tabIndex={here ? 0 : -1}
      style={{ left: column.start, width: given.width }}
      onFocus={here ? undefined : onCell}
      onClick={onCell}
    >
      <CellMark outcome={cell.state} denied={deniedOf(permission)} />
    </div>
  );
}
