/** Facts about a node, as they are typed and as they are sent. */

/** One fact in the form. */
export interface Line {
  name: string;
  value: string;
}

/** As people read it: texts as they are, everything else as JSON. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text that would be read as something else stands in quotes in the form. */
function typedValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return typeof readValue(value) === 'string' && !value.startsWith('"') ? value : JSON.stringify(value);
}

/** Numbers, `true`, `false`, lists and objects are read as such; everything else is a text. */
export function readValue(typed: string): unknown {
  const text = typed.trim();
  if (!/^([[{"]|-?\d|true$|false$|null$)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const linesOf = (properties: Record<string, unknown>): Line[] =>
  Object.entries(properties).map(([name, value]) => ({ name, value: typedValue(value) }));

/** What was changed, and nothing else: `null` takes a fact away. */
export function changed(before: Record<string, unknown>, lines: Line[]): Record<string, unknown> {
  const after = new Map(
    lines.flatMap(({ name, value }) =>
      name.trim() && value.trim() ? [[name.trim(), readValue(value)] as const] : [],
    ),
  );
  const gone = Object.keys(before).filter((name) => !after.has(name));
  const fresh = [...after].filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value));
  return Object.fromEntries([...fresh, ...gone.map((name) => [name, null] as const)]);
}

/** Facts within facts by their whole names: `features.advanced` and its value. */
export function flat(properties: Record<string, unknown>): [name: string, value: unknown][] {
  return Object.entries(properties).flatMap(([name, value]): [string, unknown][] =>
    isFacts(value) ? flat(value).map(([inner, one]) => [`${name}.${inner}`, one]) : [[name, value]],
  );
}

const isFacts = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
