/** Why somebody may not do something, and how it is mended: from the question to the undoing. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { type World, world } from './world';

const ORG = '/v1/orgs/brightwater';
let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(async () => {
  await here.end();
});

const QUESTION = '/why?subject=user:edgar&permission=commerce/pages.publish&resource=commerce/page:uk-home';

/** Types into a field and takes the option of that name. */
async function pick(page: Page, field: string, typed: string, option: string | RegExp) {
  await page.getByLabel(field, { exact: true }).first().fill(typed);
  await page.getByRole('option', { name: option }).first().click();
}

const sentence = (page: Page, text: string) => page.getByRole('heading', { level: 2, name: text });

test('a newcomer asks who, what and on what, and is answered as soon as the three are there', async () => {
  const page = await here.as('robin');
  await page.goto('/why');
  await page.getByRole('heading', { name: 'Three things, and you know why' }).waitFor();
  await axe(page);
  await pick(page, 'Who', 'edgar', /Edgar Moss/);
  await page.getByText('Still missing: what, on what.').waitFor();
  await page.getByRole('button', { name: 'Configured Commerce' }).click();
  await pick(page, 'What', 'publish page', /^Publish page/);
  await pick(page, 'On what', 'uk-home', /uk-home/);
  await sentence(page, 'Edgar Moss may not do “Publish page” on uk-home.').waitFor();
  await page.getByText('The screen shows “Submit page for approval” instead.').waitFor();
  const steps = page.getByRole('region', { name: 'How it comes about' }).getByRole('listitem');
  await steps.filter({ hasText: 'ISC_ContentEditor' }).first().waitFor();
  await steps.filter({ hasText: 'None of the roles held here grants it' }).first().waitFor();
  await axe(page);
  expect(page.url()).toContain('subject=user');
  await page.goto('/why');
  await page.getByRole('link', { name: 'Edgar Moss: Publish page on uk-home' }).click();
  await sentence(page, 'Edgar Moss may not do “Publish page” on uk-home.').waitFor();
  await page.context().close();
});

test('denied, mended with a preview, allowed, undone, denied again', async () => {
  const page = await here.as('robin');
  await page.goto(QUESTION);
  const fixes = page.getByRole('region', { name: 'How to fix it safely' });
  const safest = fixes.getByRole('listitem').filter({ hasText: 'Safest' });
  await safest.getByText('Also gives 2 other permissions:').waitFor();
  await safest.getByText('Publish content').waitFor();
  await safest
    .getByRole('button', { name: /Look at it and do it: Give Edgar Moss the role CMS_Publisher/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('So that Edgar Moss may do “Publish page” on uk-home.').waitFor();
  await dialog.getByText('3 permissions gained').waitFor();
  await axe(page);
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await sentence(page, 'Edgar Moss may do “Publish page” on uk-home.').waitFor();
  await page.getByText('A role grants it.').first().waitFor();
  await expect.poll(() => fixes.count()).toBe(0);
  await page.getByRole('listitem').filter({ hasText: 'CMS_Publisher' }).first().waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await sentence(page, 'Edgar Moss may not do “Publish page” on uk-home.').waitFor();
  await page.context().close();
});

test('a condition shows what it asked, what it read and what came of it', async () => {
  const page = await here.as('robin');
  await page.goto('/why?subject=user:emily&permission=cms/content.edit&resource=cms/content:de-news');
  await sentence(page, 'Emily Stokes may not do “Edit content” on de-news.').waitFor();
  const terms = page.getByRole('region', { name: 'On which conditions' });
  await terms.getByText('resource.properties.language == "en"').waitFor();
  await terms.getByText('It is not true').waitFor();
  await terms.getByRole('row', { name: 'resource.properties.language "de"' }).waitFor();
  await page.getByText('Gives nothing else to anybody.').first().waitFor();
  await page.getByRole('button', { name: /All that was looked at/ }).click();
  await page.getByRole('table', { name: 'Roles that were looked at' }).waitFor();
  await axe(page);
  await page.context().close();
});

test('what needs an approval says who gives it; circumstances and time stand in the address', async () => {
  const page = await here.as('robin');
  await page.goto(
    '/why?subject=user:bruno&permission=commerce/orders.place&resource=commerce/customer:harbour-hotels',
  );
  await sentence(
    page,
    'Bruno Costa may do “Place orders” on harbour-hotels once somebody has approved it.',
  ).waitFor();
  const fixes = page.getByRole('region', { name: 'How to fix it safely' });
  await fixes.getByRole('link', { name: 'Hana Sato' }).first().waitFor();
  await page.getByRole('button', { name: 'In which circumstances' }).click();
  await page.getByRole('button', { name: 'Add one' }).click();
  await page.getByLabel('Name', { exact: true }).fill('amount');
  await page.getByLabel('Value', { exact: true }).fill('250');
  await page.getByRole('button', { name: 'Ask with these' }).click();
  await page.getByRole('button', { name: 'In which circumstances (1 given)' }).waitFor();
  expect(decodeURIComponent(page.url())).toContain('context={"amount":250}');
  await axe(page);
  await page.context().close();
});

test('the past is explained as it was, and nothing is offered there', async () => {
  await here.api('POST', `${ORG}/assignments`, {
    subject: 'user:carla',
    role: 'commerce/CMS_Publisher',
    scope: 'commerce/website:de',
  });
  const page = await here.as('robin');
  const address = '/why?subject=user:carla&permission=commerce/pages.publish&resource=commerce/page:de-home';
  await page.goto(address);
  await sentence(page, 'Carla Jones may do “Publish page” on de-home.').waitFor();
  await page.goto(`${address}&as_of=2`);
  await sentence(page, 'Carla Jones may not do “Publish page” on de-home.').waitFor();
  await page.getByText('What can be done about it now is shown when you go back to now.').waitFor();
  expect(await page.getByRole('button', { name: /Look at it and do it/ }).count()).toBe(0);
  await page.getByText(/You are looking at the past: revision 2/).waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await sentence(page, 'Carla Jones may do “Publish page” on de-home.').waitFor();
  await page.context().close();
});

test('who administers one instance mends what lies in it, and is told nothing of the rest', async () => {
  const page = await here.as('ivan');
  await page.goto(
    '/why?subject=user:ulrich&permission=commerce/pages.publish&resource=commerce/page:us-home',
  );
  await sentence(page, 'Ulrich Stone may not do “Publish page” on us-home.').waitFor();
  await page.getByText('Safest').waitFor();
  expect(await page.getByText(/at organization|at product/).count()).toBe(0);
  await axe(page);
  await page.goto(QUESTION);
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('heading', { level: 2, name: /Edgar/ }).count()).toBe(0);
  await page.context().close();
});

test('dark, German, narrow', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto(QUESTION);
  await sentence(page, 'Edgar Moss darf „Publish page“ bei uk-home nicht.').waitFor();
  await page.getByRole('heading', { name: 'So lässt es sich sicher beheben' }).waitFor();
  await axe(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
