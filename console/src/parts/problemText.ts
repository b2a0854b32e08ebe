import i18n from 'i18next';
import type { Problem } from '~/api/problem';

/** What went wrong in words: ours where the console knows the code, the server's else. */
export function problemText(problem: Problem): { title: string; detail: string } {
  const known = `problems:${problem.code}`;
  const title = i18n.exists(`${known}.title`)
    ? i18n.t(`${known}.title` as never)
    : problem.title || i18n.t('problems:other.title' as never);
  const detail = i18n.exists(`${known}.detail`) ? i18n.t(`${known}.detail` as never) : problem.message;
  return { title: String(title), detail: String(detail) };
}
