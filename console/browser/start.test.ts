/** Coming in: the setup link, sign-in and its refusals, where each level lands, and what stands around every page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { listen, type World, world } from './world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(async () => {
  await here.end();
});

test('the first administrator comes in by the one-time link and lands on Product access', async () => {
  const context = await here.browser.newContext({
    baseURL: here.at,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  listen(page, here.complaints);
  await page.goto(here.setupLink);
  await page.getByLabel('Your name').waitFor();
  await axe(page);
  expect(page.url(), 'the token does not stay in the address').not.toContain('token');
  await page.getByLabel('Your name').fill('Nora First');
  await page.getByLabel('E-mail address').fill('nora@brightwater.example');
  await page.getByLabel('Password', { exact: false }).first().fill('short');
  await page.getByLabel('The same password again').fill('short');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('At least 12 characters, please.').waitFor();
  await page.getByLabel('Password', { exact: false }).first().fill('nine small boats');
  await page.getByLabel('The same password again').fill('nine small boats');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL('**/products');
  await page.goto(here.setupLink);
  await page.getByLabel('Your name').fill('Somebody Else');
  await page.getByLabel('E-mail address').fill('else@brightwater.example');
  await page.getByLabel('Password', { exact: false }).first().fill('nine small boats');
  await page.getByLabel('The same password again').fill('nine small boats');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('alert').getByText('has been used').waitFor();
  await context.close();
});

test('a wrong password is refused in words, the right one leads back to where one wanted to go', async () => {
  await (await here.as('robin')).close();
  const context = await here.browser.newContext({
    baseURL: here.at,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto('/people?q=edgar');
  await page.getByRole('heading', { name: 'Sign in to Ambit' }).waitFor();
  await axe(page);
  await page.getByLabel('User name or e-mail address').fill('robin');
  await page.getByLabel('Password').first().fill('not that one at all');
  await page.keyboard.press('Enter');
  await page.getByText('The name or the password is wrong').waitFor();
  await page.getByLabel('Password').first().fill('three small boats at anchor');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/people\?q=edgar/);
  await context.close();
});

const LANDINGS: [who: string, at: RegExp][] = [
  ['robin', /\/products$/],
  ['paula', /\/products\/commerce$/],
  ['edgar', /./],
];

test.each(LANDINGS)('%s starts where the catalog says', async (who, at) => {
  const page = await here.as(who);
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.url()).toMatch(at);
  await axe(page);
  await page.context().close();
});

test('the palette finds a person by name, with the keyboard alone', async () => {
  const page = await here.as('robin');
  await page.goto('/help');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('A name, a role').waitFor();
  await page.keyboard.type('edgar');
  await page.getByText('edgar@brightwater.example', { exact: true }).waitFor();
  await axe(page);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/people/edgar');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.waitForURL('**/roles');
  await page.context().close();
});

test('dark, German and narrow', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto('/help');
  await page.getByRole('button', { name: 'Menü' }).click();
  await page.getByRole('link', { name: 'Personen', exact: true }).waitFor();
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
