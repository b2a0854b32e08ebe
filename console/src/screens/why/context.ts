/** Circumstances as they are typed, and as they are asked with. */

export interface Row {
  name: string;
  value: string;
}

export const rowsOf = (context: Record<string, unknown> | undefined): Row[] =>
  Object.entries(context ?? {}).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));

/** What reads as JSON, such as `250`, `true` or `{"id":"a"}`, is meant so; anything else is a text. */
export function contextOf(rows: Row[]): Record<string, unknown> | undefined {
  const named = rows.filter((row) => row.name.trim() !== '');
  if (named.length === 0) return undefined;
  return Object.fromEntries(named.map((row) => [row.name.trim(), read(row.value)]));
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
