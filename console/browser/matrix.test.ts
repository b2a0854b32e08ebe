/** The matrix: filters, differences, the keyboard, as a file, on paper, and as of another day. */
import type { Page } from 'playwright-core';
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

const grid = (page: Page) => page.getByRole('grid', { name: /Roles and permissions of/ });
const explained = (page: Page) => page.getByRole('region', { name: 'The chosen cell' });
const rows = (page: Page) => grid(page).getByRole('rowheader');

test('only what is in sight is in the document, and the keyboard goes everywhere', async () => {
  const page = await here.as('robin');
  await page.goto('/matrix?product=commerce');
  await grid(page).waitFor();
  const count = await grid(page).getAttribute('aria-rowcount');
  expect(Number(count)).toBeGreaterThan(100);
  expect(await grid(page).getByRole('gridcell').count()).toBeLessThan(900);
  await axe(page);
  await grid(page).getByRole('gridcell').first().click();
  await explained(page).getByText('Manage integration jobs').waitFor();
  await explained(page).getByRole('link', { name: 'ISC_System' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await explained(page).getByText('Manage admin and system users').waitFor();
  await explained(page).getByRole('link', { name: 'ISC_Admin' }).waitFor();
  await explained(page).getByText('Granted with a limit: ', { exact: false }).waitFor();
  await page.keyboard.press('Control+End');
  await explained(page).getByText('feature_switches.manage').waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('gridcell');
  await axe(page);
  await explained(page).getByRole('link', { name: 'Who can do this' }).click();
  await page.waitForURL('**/where?**');
  await page.context().close();
});

test('denied cells say what the screen shows', async () => {
  const page = await here.as('robin');
  await page.goto('/matrix?product=commerce&q=publish%20page&roles=commerce/ISC_ContentEditor');
  await grid(page).getByRole('gridcell').first().click();
  await explained(page)
    .getByText('Not granted. The screen shows “Submit page for approval” instead to those who may do that.')
    .waitFor();
  await expect
    .poll(() => grid(page).getByRole('gridcell').first().getAttribute('aria-label'))
    .toContain('Submit page for approval');
  await page.context().close();
});

test('filter, area, two roles, differences only; the address says it all', async () => {
  const page = await here.as('robin');
  await page.goto('/matrix?product=commerce');
  await grid(page).waitFor();
  await page.getByLabel('Permission', { exact: true }).fill('publish');
  await expect.poll(() => rows(page).allInnerTexts()).toContain('Publish content');
  await expect.poll(() => rows(page).allInnerTexts()).not.toContain('Place orders');
  await page.getByRole('button', { name: 'Roles: 21 of 21' }).click();
  const roles = page.getByRole('dialog');
  await roles.getByRole('button', { name: 'None' }).click();
  await roles.getByRole('checkbox', { name: 'ISC_ContentEditor' }).check();
  await roles.getByRole('checkbox', { name: 'ISC_ContentApprover' }).check();
  await axe(page);
  await page.keyboard.press('Escape');
  await expect.poll(() => grid(page).getAttribute('aria-colcount')).toBe('3');
  const all = await rows(page).count();
  await page.getByRole('switch', { name: 'Differences only' }).check();
  await expect.poll(() => rows(page).count()).toBeLessThan(all);
  const url = page.url();
  expect(url).toContain('differences=true');
  await page.goto(url);
  await expect.poll(() => grid(page).getAttribute('aria-colcount')).toBe('3');
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect.poll(() => grid(page).getAttribute('aria-colcount')).toBe('22');
  await page.context().close();
});

test('custom roles have columns, and a place shows only the roles that reach it', async () => {
  const page = await here.as('robin');
  await page.goto('/matrix?product=pim');
  await grid(page)
    .getByRole('columnheader', { name: /Junior merchandiser/ })
    .waitFor();
  await page.goto('/matrix?product=commerce&scope=commerce/page:uk-home');
  await grid(page).waitFor();
  await expect.poll(() => rows(page).allInnerTexts()).toContain('Edit page');
  expect(await rows(page).allInnerTexts()).not.toContain('Run job');
  await page.context().close();
});

test('as a file, on paper, and compared with the day before', async () => {
  const page = await here.as('robin');
  const since = new Date().toISOString();
  await here.api('PUT', '/v1/orgs/brightwater/roles/commerce/ISC_ContentApprover/overlay', {
    add: ['ckfinder.access', 'debug_menu.access'],
  });
  await page.goto(`/matrix?product=commerce&before=${since}&differences=true`);
  await expect.poll(() => rows(page).allInnerTexts()).toEqual(['Admin Console', 'Access the debug menu']);
  await grid(page)
    .getByRole('gridcell', { name: /Different at the time compared with/ })
    .click();
  await explained(page)
    .getByText(/Not granted. The screen does not show it/)
    .waitFor();
  await axe(page);

  const link = page.getByRole('link', { name: 'Export as CSV' });
  const answer = await page.request.get((await link.getAttribute('href')) ?? '');
  expect(answer.headers()['content-type']).toContain('text/csv');
  expect(await answer.text()).toContain('commerce,console,ISC_ContentApprover,debug_menu.access,allow');
  await page.goto('/matrix?product=commerce&as_of=2');
  await page.getByText('You are looking at the past').waitFor();
  const past = await page.request.get((await link.getAttribute('href')) ?? '');
  expect(await past.text()).toContain('commerce,console,ISC_ContentApprover,debug_menu.access,deny');

  await page.goto('/matrix?product=commerce');
  await grid(page).waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.getByRole('table').getByRole('row').nth(100).waitFor();
  const { permissions } = (await here.api('GET', '/v1/orgs/brightwater/products/commerce')) as {
    permissions: unknown[];
  };
  expect(await page.getByRole('table').getByRole('row').count()).toBeGreaterThan(permissions.length);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
  await page.context().close();
});

test('who administers one instance sees the roles of that product', async () => {
  const page = await here.as('ivan', { width: 390, dark: true, language: 'de-DE' });
  await page.goto('/matrix');
  await page.getByRole('grid', { name: /Rollen und Berechtigungen von/ }).waitFor();
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
