/** Help: the index, finding a page by words, reading on, the drawer beside a heading, and German. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { type World, world } from './world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(async () => {
  await here.end();
});

test('somebody looks for a word, opens a page, and reads on', async () => {
  const page = await here.as('edgar');
  await page.goto('/help');
  await page.getByRole('heading', { level: 2, name: 'Roles', exact: true }).waitFor();
  await axe(page);
  await page.getByRole('searchbox', { name: 'Search the help' }).fill('fingerprint');
  await page.locator('mark', { hasText: 'fingerprint' }).first().waitFor();
  await expect.poll(() => page.url()).toContain('q=fingerprint');
  await axe(page);
  await page.getByRole('link', { name: /^History …/ }).click();
  await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
  await axe(page);
  await page.getByRole('article').getByRole('link', { name: 'as it was then' }).click();
  await page.getByRole('heading', { level: 1, name: 'The past' }).waitFor();
  await page.goBack();
  await page.goBack();
  await page.locator('mark').first().waitFor();
  await page.getByRole('searchbox').fill('xyzzy');
  await page.getByText('No page speaks of “xyzzy”').waitFor();
  await page.goto('/help/nothing-of-this-name');
  await page.getByText('There is no help page of this name').waitFor();
  await page.context().close();
});

test('every help page opens from the list beside it, in both languages', async () => {
  for (const [language, all] of [
    ['en-GB', 'Help pages'],
    ['de-DE', 'Hilfeseiten'],
  ] as const) {
    const page = await here.as('robin', { language });
    await page.goto('/help/start');
    const beside = page.getByRole('navigation', { name: all });
    await beside.waitFor();
    const links = await beside.getByRole('link').all();
    expect(links).toHaveLength(26);
    for (const link of links) {
      const title = await link.innerText();
      await link.click();
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    }
    await axe(page);
    await page.context().close();
  }
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
