/** Where a key leads in the table. Headings of areas are stepped over. */
import type { Line } from './model';

export interface At {
  row: number;
  column: number;
}

/** So many rows at once. */
const PAGE = 12;

export function moved(at: At, key: string, control: boolean, lines: Line[], columns: number): At | undefined {
  const last = columns - 1;
  switch (key) {
    case 'ArrowRight':
      return at.column < last ? { ...at, column: at.column + 1 } : undefined;
    case 'ArrowLeft':
      return at.column > 0 ? { ...at, column: at.column - 1 } : undefined;
    case 'ArrowDown':
      return down(at, 1, lines);
    case 'ArrowUp':
      return down(at, -1, lines);
    case 'PageDown':
      return down(at, PAGE, lines);
    case 'PageUp':
      return down(at, -PAGE, lines);
    case 'Home':
      return { row: control ? nearest(lines, 0, 1) : at.row, column: 0 };
    case 'End':
      return { row: control ? nearest(lines, lines.length - 1, -1) : at.row, column: last };
    default:
      return undefined;
  }
}

function down(at: At, by: number, lines: Line[]): At {
  const [step, back] = by > 0 ? ([1, -1] as const) : ([-1, 1] as const);
  const wanted = Math.max(0, Math.min(lines.length - 1, at.row + by));
  const row = nearest(lines, wanted, step);
  // At the ends there may be only a heading: then back.
  return { ...at, row: lines[row]?.kind === 'permission' ? row : nearest(lines, wanted, back) };
}

/** The nearest permission from a row on, in one direction. */
export function nearest(lines: Line[], from: number, step: 1 | -1): number {
  for (let row = from; row >= 0 && row < lines.length; row += step)
    if (lines[row]?.kind === 'permission') return row;
  return from;
}
