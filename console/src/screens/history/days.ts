/** Days as people mean them, and the instants that the log is asked for. */
import dayjs from 'dayjs';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const dayOf = (instant: string | dayjs.Dayjs): string => dayjs(instant).format('YYYY-MM-DD');

/** A plain day counts from its first moment to its last, where the reader is. */
export function instants(since?: string, until?: string): { since?: string; until?: string } {
  const from = since && valid(since);
  const to = until && valid(until);
  return {
    ...(from ? { since: from.toISOString() } : {}),
    ...(to ? { until: (DAY.test(until) ? to.add(1, 'day') : to).toISOString() } : {}),
  };
}

function valid(text: string): dayjs.Dayjs | undefined {
  const read = dayjs(text);
  return read.isValid() ? read : undefined;
}

/** The time of day, as the reader writes it. */
export const clock = (instant: string, language: string): string =>
  new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(instant));

/** The day in full. */
export const dayTitle = (day: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(dayjs(day).toDate());

/** What follows each other on one day stands together. */
export function byDay<Of extends { time: string }>(entries: Of[]): { day: string; entries: Of[] }[] {
  const days: { day: string; entries: Of[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.time);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
