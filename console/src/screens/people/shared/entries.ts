/** Entries of the log, as they concern one subject. */
import type { EntryShown, SubjectRef } from '~/api/types';
import { split } from '~/api/types';

/** The lines that speak of the subject; all of them, if it was the one who acted. */
export function linesAbout(entry: Pick<EntryShown, 'summary' | 'actor'>, subject: SubjectRef): string[] {
  const [, id] = split(subject);
  const letters = id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = new RegExp(`(^|[\\s:"\`])${letters}($|[\\s:,"\`()])`);
  const about = entry.summary.filter((line) => named.test(line));
  return about.length > 0 ? about : entry.summary;
}
