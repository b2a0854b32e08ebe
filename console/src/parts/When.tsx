/** Instants: how long ago, and exactly when on demand. */
import { Tooltip } from '@mantine/core';
import i18n from 'i18next';

const exact = () => new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });

export const exactTime = (instant: string): string => {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant : exact().format(date);
};

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function relativeTime(instant: string, now = Date.now()): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const words = new Intl.RelativeTimeFormat(i18n.language, { numeric: 'auto' });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.round(seconds / size), unit);
  }
  return words.format(Math.round(seconds), 'second');
}

export function When({ at }: { at: string | null | undefined }) {
  if (!at) return <>–</>;
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={at}>{relativeTime(at)}</time>
    </Tooltip>
  );
}

/** The day of an instant; the time of day on demand. */
export function Day({ at }: { at: string }) {
  const date = new Date(at);
  const day = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={at}>{Number.isNaN(date.getTime()) ? at : day.format(date)}</time>
    </Tooltip>
  );
}
