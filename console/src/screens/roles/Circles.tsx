/** Two circles, as large as what each role gives, overlapping by what they share. The numbers stand in them. */
import { useTranslation } from 'react-i18next';

interface Given {
  titles: readonly [string, string];
  left: number;
  right: number;
  both: number;
  terms: number;
}

const HEIGHT = 150;
const LARGEST = 62;
const SMALLEST = 30;

export interface Layout {
  width: number;
  first: { x: number; r: number };
  second: { x: number; r: number };
  /** Where the three numbers stand. */
  at: { left: number; both: number; right: number };
}

/** Areas grow with the numbers; how far one lies over the other grows with what is shared of the smaller one. */
export function layout(left: number, both: number, right: number): Layout {
  const first = left + both;
  const second = right + both;
  const most = Math.max(first, second, 1);
  const radius = (count: number) => Math.max(SMALLEST, LARGEST * Math.sqrt(count / most));
  const [a, b] = [radius(first), radius(second)];
  const share = both === 0 ? 0 : both / Math.max(1, Math.min(first, second));
  const apart = a + b + 6;
  const inside = Math.abs(a - b);
  const distance =
    both === 0 ? apart : left === 0 && right === 0 ? 0 : apart - (apart - inside) * (0.3 + 0.7 * share);
  const x1 = Math.max(a, b - distance) + 2;
  const x2 = x1 + distance;
  const width = Math.max(x1 + a, x2 + b) + 2;
  const seam = { from: Math.max(x1 - a, x2 - b), to: Math.min(x1 + a, x2 + b) };
  return {
    width,
    first: { x: x1, r: a },
    second: { x: x2, r: b },
    at: {
      left: (x1 - a + Math.max(x1 - a, Math.min(seam.from, x1 + a))) / 2,
      both: (seam.from + seam.to) / 2,
      right: (Math.min(x2 + b, Math.max(seam.to, x2 - b)) + x2 + b) / 2,
    },
  };
}

export function Circles({ titles, left, right, both, terms }: Given) {
  const { t } = useTranslation('roles');
  const shared = both + terms;
  const { width, first, second, at } = layout(left, shared, right);
  const said = t('compare.picture', { first: titles[0], second: titles[1], left, right, both: shared });
  return (
    <svg
      className="circles"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={said}
    >
      <circle cx={first.x} cy={HEIGHT / 2} r={first.r} className="circle first" />
      <circle cx={second.x} cy={HEIGHT / 2} r={second.r} className="circle second" />
      {left > 0 ? <Count x={at.left} count={left} /> : null}
      {shared > 0 ? <Count x={at.both} count={shared} /> : null}
      {right > 0 ? <Count x={at.right} count={right} /> : null}
    </svg>
  );
}

function Count({ x, count }: { x: number; count: number }) {
  return (
    <text x={x} y={HEIGHT / 2} textAnchor="middle" dominantBaseline="central">
      {count}
    </text>
  );
}
