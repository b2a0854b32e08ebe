/** The help pages in the order in which one would read them, and finding one by words. */
import type { Topic } from '~/parts/Help';

export type HelpGroup = 'basics' | 'people' | 'roles' | 'questions' | 'care';

export const GROUPS: { id: HelpGroup; topics: Topic[] }[] = [
  { id: 'basics', topics: ['start', 'decisions', 'assignments', 'where', 'delegation', 'keyboard'] },
  { id: 'people', topics: ['people', 'groups', 'invitations', 'api-keys', 'seats', 'acting-as'] },
  { id: 'roles', topics: ['roles', 'custom-roles', 'overlays', 'comparing-roles', 'separation'] },
  { id: 'questions', topics: ['why', 'see-as', 'matrix', 'the-past'] },
  { id: 'care', topics: ['before-and-after', 'refusals', 'approvals', 'history', 'health'] },
];

export const READING_ORDER: Topic[] = GROUPS.flatMap((group) => group.topics);

export const isTopic = (id: string): id is Topic => READING_ORDER.some((topic) => topic === id);

export interface HelpPage {
  title: string;
  html: string;
}

export interface Hit {
  topic: Topic;
  title: string;
  /** The words around the first place where it is found, in three parts: before, found, after. */
  excerpt: [string, string, string];
}

/** So many letters stand before and after what was found. */
const AROUND = 70;

/** What a page says, without its marks. */
export function plain(html: string): string {
  const page = new DOMParser().parseFromString(html.replaceAll(/<\/(p|li|h2|td|th)>/g, ' $&'), 'text/html');
  return (page.body.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** The first sentence, for an index. */
export function firstSentence(html: string): string {
  const said = plain(/<p>[\s\S]*?<\/p>/.exec(html)?.[0] ?? '');
  return /^.*?[.!?](?=\s|$)/.exec(said)?.[0] ?? said.replace(/:$/, '.');
}

/** Pages that have every word, those with a word in their title first. */
export function find(pages: Record<string, HelpPage>, sought: string): Hit[] {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = READING_ORDER.flatMap((topic) => {
    const page = pages[topic];
    if (!page || words.length === 0) return [];
    const text = plain(page.html);
    const low = text.toLowerCase();
    const title = page.title.toLowerCase();
    if (!words.every((word) => low.includes(word) || title.includes(word))) return [];
    const inTitle = words.some((word) => title.includes(word));
    return [{ inTitle, topic, title: page.title, excerpt: excerpt(text, words) }];
  });
  return [...hits.filter((hit) => hit.inTitle), ...hits.filter((hit) => !hit.inTitle)];
}

function excerpt(text: string, words: string[]): Hit['excerpt'] {
  const low = text.toLowerCase();
  const word = words.find((one) => low.includes(one));
  if (word === undefined) return [text.slice(0, AROUND * 2), '', '…'];
  const at = low.indexOf(word);
  const from = Math.max(0, at - AROUND);
  const to = at + word.length;
  return [
    (from > 0 ? '…' : '') + text.slice(from, at),
    text.slice(at, to),
    text.slice(to, to + AROUND) + (to + AROUND < text.length ? '…' : ''),
  ];
}
