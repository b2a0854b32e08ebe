/**
 * Small pictures of numbers. Every one of them says the same in words: parts of a bar and columns are named and counted in a
 * list or table that a screen reader reads instead of the picture.
 */
import { Table, VisuallyHidden } from '@mantine/core';
import { useId } from 'react';
import './charts.css';

/** The colours have a meaning; the words beside them say it too. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'soft' | 'line';

export interface Part {
  id: string;
  label: string;
  value: number;
  tone: Tone;
}

/** One bar of several parts, with its legend. */
export function PartsBar({ label, parts }: { label: string; parts: Part[] }) {
  const all = parts.reduce((sum, part) => sum + part.value, 0);
  return (
    <figure className="chart" aria-label={label}>
      <div className="parts-bar" aria-hidden>
        {parts.map((part) =>
          part.value > 0 ? (
            <span
              key={part.id}
              data-tone={part.tone}
              style={{ width: `${(100 * part.value) / Math.max(1, all)}%` }}
            />
          ) : null,
        )}
      </div>
      <ul className="chart-legend">
        {parts.map((part) => (
          <li key={part.id}>
            <span className="swatch" data-tone={part.tone} aria-hidden />
            {part.label} <b>{part.value}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}

export interface Bar {
  id: string;
  label: string;
  value: number;
  tone?: Tone;
}

/** Bars one below the other, the longest first; each has its name and number as text. */
export function Bars({ label, bars }: { label: string; bars: Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  return (
    <ul className="bars" aria-label={label}>
      {[...bars]
        .sort((one, other) => other.value - one.value)
        .map((bar) => (
          <li key={bar.id}>
            <span className="bar-label">{bar.label}</span>
            <b>{bar.value}</b>
            <span className="bar-track" aria-hidden>
              <span data-tone={bar.tone ?? 'info'} style={{ width: `${(100 * bar.value) / most}%` }} />
            </span>
          </li>
        ))}
    </ul>
  );
}

/** How full something is, as half a ring. */
export function Gauge({
  label,
  value,
  limit,
  tone,
}: {
  label: string;
  value: number;
  limit: number;
  tone: Tone;
}) {
  const share = Math.min(1, limit === 0 ? 1 : value / limit);
  const length = Math.PI * 40;
  return (
    <svg viewBox="0 0 100 58" className="gauge" role="img" aria-label={label}>
      <path d="M10 52 A40 40 0 0 1 90 52" className="gauge-track" />
      <path
        d="M10 52 A40 40 0 0 1 90 52"
        className="gauge-value"
        data-tone={tone}
        strokeDasharray={`${share * length} ${length}`}
      />
      <text x="50" y="50" textAnchor="middle" className="gauge-number">
        {value}
        <tspan className="gauge-limit"> / {limit}</tspan>
      </text>
    </svg>
  );
}

export interface Column {
  id: string;
  /** What stands under it. */
  label: string;
  value: number;
  tone: Tone;
}

const COLUMN = 24;
const HEIGHT = 84;

/** Columns over time. The table says the same to those who do not see it. */
export function Columns({
  label,
  columns,
  heads,
}: {
  label: string;
  columns: Column[];
  /** The heads of the table: what a column is, and what is counted. */
  heads: [string, string];
}) {
  const id = useId();
  const most = Math.max(1, ...columns.map((column) => column.value));
  const width = columns.length * COLUMN;
  return (
    <figure className="chart" aria-labelledby={id}>
      <VisuallyHidden>
        <span id={id}>{label}</span>
      </VisuallyHidden>
      <svg viewBox={`0 0 ${width} ${HEIGHT + 18}`} className="columns" aria-hidden>
        {columns.map((column, index) => {
          const height = column.value === 0 ? 2 : Math.max(6, (column.value / most) * (HEIGHT - 16));
          const middle = index * COLUMN + COLUMN / 2;
          return (
            <g key={column.id}>
              <rect
                x={index * COLUMN + 3}
                y={HEIGHT - height}
                width={COLUMN - 6}
                height={height}
                rx={2.5}
                data-tone={column.value === 0 ? 'line' : column.tone}
              />
              {column.value > 0 ? (
                <text x={middle} y={HEIGHT - height - 4} textAnchor="middle" className="column-number">
                  {column.value}
                </text>
              ) : null}
              {index % 3 === 0 ? (
                <text x={index * COLUMN + 3} y={HEIGHT + 13} className="column-label">
                  {column.label}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <VisuallyHidden>
        <Table>
          <thead>
            <tr>
              <th scope="col">{heads[0]}</th>
              <th scope="col">{heads[1]}</th>
            </tr>
          </thead>
          <tbody>
            {columns
              .filter((column) => column.value > 0)
              .map((column) => (
                <tr key={column.id}>
                  <th scope="row">{column.label}</th>
                  <td>{column.value}</td>
                </tr>
              ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </figure>
  );
}

export interface Cell {
  row: string;
  column: string;
  value: number;
}

/** Small multiples: a table in which the size of a circle says the number that stands in it. */
export function Circles({
  label,
  corner,
  rows,
  columns,
  cells,
}: {
  label: string;
  corner: string;
  rows: { id: string; label: string }[];
  columns: { id: string; label: string }[];
  cells: Cell[];
}) {
  const most = Math.max(1, ...cells.map((cell) => cell.value));
  const at = (row: string, column: string) =>
    cells.find((cell) => cell.row === row && cell.column === column)?.value ?? 0;
  return (
    <table className="circles" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{corner}</th>
          {columns.map((column) => (
            <th scope="col" key={column.id}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.label}</th>
            {columns.map((column) => {
              const value = at(row.id, column.id);
              const size = 22 + 18 * Math.sqrt(value / most);
              return (
                <td key={column.id}>
                  {value > 0 ? (
                    <span className="circle" style={{ width: size, height: size }}>
                      {value}
                    </span>
                  ) : (
                    <span className="faint">–</span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
