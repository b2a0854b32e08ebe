/** What somebody holds, in the order in which it is read: product by product. */
import type { HeldRole } from '~/api/types';
import { splitRole } from '~/api/types';

export interface OfProduct {
  product: string;
  held: HeldRole[];
}

/** How somebody comes to a role. */
export type Origin = 'direct' | 'group' | 'baseline';

export function originOf(held: Pick<HeldRole, 'baseline' | 'path'>): Origin {
  if (held.baseline) return 'baseline';
  return held.path.subjects.length > 1 ? 'group' : 'direct';
}

const ORDER: Record<Origin, number> = { direct: 0, group: 1, baseline: 2 };

/** By product; within one what was given first, what everybody has last. */
export function byProduct(held: HeldRole[]): OfProduct[] {
  const products = new Map<string, HeldRole[]>();
  for (const one of held) {
    const [product] = splitRole(one.role);
    products.set(product, [...(products.get(product) ?? []), one]);
  }
  const onlyBaseline = (rows: HeldRole[]) => rows.every((one) => one.baseline);
  return [...products]
    .map(([product, rows]) => ({
      product,
      held: rows.sort((a, b) => ORDER[originOf(a)] - ORDER[originOf(b)] || a.title.localeCompare(b.title)),
    }))
    .sort((a, b) => Number(onlyBaseline(a.held)) - Number(onlyBaseline(b.held)));
}
