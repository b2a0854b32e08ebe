/** The log: who did what when, filters in the address, differences, undo, the organization as of then, live entries. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { type World, world } from './world';

const ORG = '/v1/orgs/brightwater';
let here: World;
beforeAll(async () => {
  here = await world();
  await here.api('POST', `${ORG}/assignments`, {
    subject: 'user:ulrich',
    role: 'commerce/ISC_Admin',
    scope: 'instance:shop-us',
  });
});
afterAll(async () => {
  await here.end();
});

const DAY = 86_400_000;
const day = (ago: number) => {
  const at = new Date(Date.now() - ago * DAY);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

test('the newest entry is on top, with who did it, in words; its differences are a click away', async () => {
  const page = await here.as('robin');
  await page.goto('/history?quiet=true');
  const first = page
    .getByRole('listitem')
    .filter({ has: page.locator('time') })
    .first();
  await first.getByText('holds').waitFor();
  await first.getByRole('link', { name: 'Ulrich Stone' }).waitFor();
  await first.getByText('with an API key').waitFor();
  await first.getByRole('button', { name: /Details of entry/ }).click();
  await first.getByRole('heading', { name: 'What changed' }).waitFor();
  await first.getByText('commerce/ISC_Admin', { exact: true }).first().waitFor();
  await first.getByText(/permissions gained/).waitFor();
  await axe(page);
  await page.context().close();
});

test('what somebody did yesterday is two clicks away, and the address says it', async () => {
  const page = await here.as('robin');
  await page.goto('/history');
  await page.getByText('signed in').first().waitFor();
  await page.getByRole('button', { name: 'Only what Robin Okafor did' }).first().click();
  await page.waitForURL(/actor=user(:|%3A)robin/);
  await page.getByRole('button', { name: 'Yesterday' }).click();
  await page.waitForURL(new RegExp(`since=${day(1)}&until=${day(1)}`));
  await page.getByText('No entry fits').waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Today' }).click();
  await page.getByText('signed in').first().waitFor();
  expect(await page.getByText('The organization brightwater was created').count()).toBe(0);
  await page.goBack();
  await page.getByText('No entry fits').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).first().click();
  await page.getByText('The organization brightwater was created').waitFor();
  await page.context().close();
});

test('an entry of somebody else appears by itself, can be undone, and the undoing is there too', async () => {
  const page = await here.as('robin');
  await page.goto('/history?quiet=true');
  await page.getByText('The organization brightwater was created').waitFor();
  await here.api('POST', `${ORG}/users/edgar/suspend`, {});
  const entry = page
    .getByRole('listitem')
    .filter({ hasText: 'Edgar Moss was added or changed: suspended' })
    .first();
  await entry.waitFor();
  await entry.getByText('New', { exact: true }).waitFor();
  await entry.getByRole('button', { name: /^Undo entry/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/permissions gained/).waitFor();
  await axe(page);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Done', { exact: true }).waitFor();
  const back = page.getByRole('listitem').filter({ hasText: /Edgar Moss was added or changed$/ });
  await back.first().waitFor();
  const edgar = (await here.api('GET', `${ORG}/users/edgar`)) as { status?: string };
  expect(edgar.status ?? 'active').toBe('active');
  await page.context().close();
});

test('the organization as of then, with a banner and without anything to change', async () => {
  const page = await here.as('robin');
  await page.goto('/history?entry=2');
  const linked = page.locator('.linked-entry');
  await linked.getByRole('heading', { name: 'What changed' }).waitFor();
  await linked.getByRole('button', { name: /Copy a link/ }).waitFor();
  await linked.getByRole('link', { name: 'View the organization as of then' }).click();
  await page.waitForURL(/as_of=/);
  await page.getByText(/You are looking at the past: revision 2/).waitFor();
  await page.getByText('The organization brightwater was created').waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Undo entry/ }).count()).toBe(0);
  await axe(page);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await page
    .getByRole('button', { name: /^Undo entry/ })
    .first()
    .waitFor();
  await page.context().close();
});

test('who administers one instance sees only what is about it', async () => {
  const page = await here.as('ivan');
  await page.goto('/history');
  await page.getByRole('link', { name: 'Ulrich Stone' }).first().waitFor();
  expect(await page.getByText(/shop-eu/).count()).toBe(0);
  await axe(page);
  await page.context().close();
});

test('the log is checked in one click, and its digest can be kept', async () => {
  const page = await here.as('robin');
  await page.goto('/history');
  await page.getByRole('button', { name: 'Check the log' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Check all entries' }).click();
  await dialog.getByText(/^Intact: all \d+ entries are as they were written\.$/).waitFor();
  const newest = (await here.api('GET', `${ORG}/changes?order=newest&limit=1`)) as {
    items: { hash: string }[];
  };
  await dialog.getByText(newest.items[0]?.hash ?? 'no entry').waitFor();
  await axe(page);
  await page.context().close();
  const ivan = await here.as('ivan');
  await ivan.goto('/history');
  await ivan.getByRole('heading', { level: 1, name: 'History' }).waitFor();
  expect(await ivan.getByRole('button', { name: 'Check the log' }).count()).toBe(0);
  await ivan.context().close();
});

test('dark, German, narrow', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto('/history?quiet=true');
  const details = page.getByRole('button', { name: /Einzelheiten zu Eintrag/ });
  await details.first().waitFor();
  await details.nth(1).click();
  await page.getByRole('heading', { name: 'Was sich änderte' }).waitFor();
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
