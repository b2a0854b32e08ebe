/** Two versions of a record, field by field. */

export interface FieldDiff {
  name: string;
  before: unknown;
  after: unknown;
  /** Of lists: only what differs. */
  list?: { gone: string[]; come: string[] };
}

/** The fields that differ; of something new or gone, all that it has. */
export function fieldsOf(before: unknown, after: unknown): FieldDiff[] {
  const old = flat(before);
  const now = flat(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .map((name) => field(name, old.get(name), now.get(name)))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

function field(name: string, before: unknown, after: unknown): FieldDiff {
  if (!Array.isArray(before) && !Array.isArray(after)) return { name, before, after };
  const old = texts(before);
  const now = texts(after);
  const list = {
    gone: old.filter((one) => !now.includes(one)),
    come: now.filter((one) => !old.includes(one)),
  };
  return { name, before, after, list };
}

const texts = (list: unknown): string[] => (Array.isArray(list) ? list.map(short) : []);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ properties: { team: 'a' } }` has the field `properties.team`. */
function flat(value: unknown, path = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  if (!isRecord(value)) return path ? found.set(path, value) : found;
  for (const [name, inner] of Object.entries(value)) {
    for (const [at, leaf] of flat(inner, path ? `${path}.${name}` : name)) found.set(at, leaf);
  }
  return found;
}

/** A value in one line. */
export function short(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isRecord(value))
    return Object.entries(value)
      .map(([name, inner]) => (name === 'permission' ? short(inner) : `${name}: ${short(inner)}`))
      .join(', ');
  return JSON.stringify(value) ?? '';
}
