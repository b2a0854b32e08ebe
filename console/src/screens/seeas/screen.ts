/** What a screen shows, put in order: by area, in numbers, and beside another one. */
import type { components } from '~/api/schema';
import type { PresentationState } from '~/parts/Decision';

export type ControlShown = components['schemas']['ControlShown'];

export interface Area<Of> {
  title: string | undefined;
  items: Of[];
}

/** Under the areas of the product, in the order in which they come; what has none at the end. */
export function byArea<Of>(items: Of[], areaOf: (item: Of) => string | undefined): Area<Of>[] {
  const areas = new Map<string | undefined, Of[]>();
  for (const item of items) {
    const title = areaOf(item);
    areas.set(title, [...(areas.get(title) ?? []), item]);
  }
  const found = [...areas].map(([title, of]) => ({ title, items: of }));
  return [...found.filter((area) => area.title !== undefined), ...found.filter((area) => !area.title)];
}

export const areaOf = (one: ControlShown): string | undefined => one.area?.title;

export const STATES: PresentationState[] = ['enabled', 'replaced', 'read_only', 'disabled', 'hidden'];

export function countsOf(items: ControlShown[]): Record<PresentationState, number> {
  const counts = { enabled: 0, replaced: 0, read_only: 0, disabled: 0, hidden: 0 };
  for (const item of items) counts[item.presentation.state] += 1;
  return counts;
}

/** What is written on a control: the action in its place, its own name, or what it is for. */
export function labelOf(one: ControlShown): string {
  if (one.presentation.state === 'replaced' && one.replacement_title) return one.replacement_title;
  return one.title;
}

export interface Pair {
  first: ControlShown;
  second: ControlShown;
  differs: boolean;
}

/** The same control on two screens. */
export function pairs(first: ControlShown[], second: ControlShown[]): Pair[] {
  const others = new Map(second.map((one) => [one.permission, one]));
  return first.flatMap((one) => {
    const other = others.get(one.permission);
    return other ? [{ first: one, second: other, differs: differs(one, other) }] : [];
  });
}

/** Whether two people find it otherwise; for what reason is not on the screen. */
function differs(one: ControlShown, other: ControlShown): boolean {
  const seen = ({ outcome, presentation, limits }: ControlShown) =>
    JSON.stringify([
      outcome,
      presentation.state,
      presentation.replacement ?? null,
      presentation.also ?? [],
      limits ?? [],
    ]);
  return seen(one) !== seen(other);
}
