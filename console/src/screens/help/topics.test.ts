import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import de from 'virtual:help/de';
import en from 'virtual:help/en';
import { describe, expect, test } from 'vitest';
import { TOPICS } from '~/parts/Help';
import { find, firstSentence, GROUPS, READING_ORDER } from './topics';

const FOLDER = join(import.meta.dirname, '../../../../docs/help');
/** Pages of the console that help pages may lead to. */
const PLACES = ['/account'];

const LANGUAGES = [
  ['en', en],
  ['de', de],
] as const;

test('every topic stands in one group', () => {
  expect([...READING_ORDER].sort()).toEqual([...TOPICS].sort());
  expect(new Set(READING_ORDER).size).toBe(READING_ORDER.length);
});

describe.each(LANGUAGES)('%s', (language, pages) => {
  const files = readdirSync(join(FOLDER, language)).filter((file) => file.endsWith('.md'));

  test('there is a page for every topic, and no other', () => {
    expect(files.map((file) => file.replace('.md', '')).sort()).toEqual([...TOPICS].sort());
    expect(Object.keys(pages).sort()).toEqual([...TOPICS].sort());
  });

  test.each(files)('%s has a title of its own, a fitting length, and links that lead somewhere', (file) => {
    const source = readFileSync(join(FOLDER, language, file), 'utf8');
    expect(source).toMatch(/^# \S.*\n\n/);
    expect(source.match(/^# /gm)).toHaveLength(1);
    const words = source.split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(120);
    expect(words).toBeLessThanOrEqual(260);
    const links = [...source.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
    for (const link of links) {
      if (link.startsWith('/')) expect(PLACES).toContain(link);
      else expect(files, `${file} leads to ${link}`).toContain(link);
    }
  });

  test('every page is led to by another one', () => {
    const led = new Set(
      files.flatMap((file) => {
        const source = readFileSync(join(FOLDER, language, file), 'utf8');
        return [...source.matchAll(/\]\(([a-z-]+)\.md\)/g)]
          .map((match) => match[1])
          .filter((topic) => `${topic}.md` !== file);
      }),
    );
    expect(TOPICS.filter((topic) => !led.has(topic))).toEqual([]);
  });

  test('titles differ, and every page begins with a sentence', () => {
    const titles = Object.values(pages).map((page) => page.title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const page of Object.values(pages)) expect(firstSentence(page.html)).not.toBe('');
  });
});

test('groups have names to them', () => {
  expect(GROUPS.every((group) => group.topics.length > 0)).toBe(true);
});

test('finding wants all words, and puts titles first', () => {
  expect(find(en, 'seats')[0]?.topic).toBe('seats');
  expect(find(en, 'seats invitation').map((hit) => hit.topic)).toContain('seats');
  expect(find(en, 'xyzzy')).toEqual([]);
  expect(find(en, ' ')).toEqual([]);
  const [hit] = find(en, 'fingerprint');
  expect(hit?.excerpt[1].toLowerCase()).toBe('fingerprint');
});
