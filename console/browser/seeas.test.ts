/** Through somebody's eyes: every control in its state with the reason, and two people beside each other. */
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

const SCREEN = '/see-as?subject=user:edgar&product=commerce&resource=commerce/page:uk-home';

test('from nothing to a screen: whose, of which product, where', async () => {
  const page = await here.as('robin');
  await page.goto('/see-as');
  await page.getByRole('heading', { name: 'Look through somebody’s eyes' }).waitFor();
  await axe(page);
  await page.getByLabel('Whose screen', { exact: true }).first().fill('edgar');
  await page.getByRole('option', { name: /Edgar Moss/ }).click();
  await page.getByText('Still missing: of which product, at which place.').waitFor();
  await page.getByRole('button', { name: 'Configured Commerce' }).click();
  await page.getByLabel('At which place', { exact: true }).first().fill('uk-home');
  await page
    .getByRole('option', { name: /uk-home/ })
    .first()
    .click();
  await page.getByRole('heading', { name: 'The screen of Edgar Moss' }).waitFor();
  expect(page.url()).toContain('resource=commerce');
  await page.context().close();
});

test('what is replaced says by what and why; what is hidden stands apart; both lead to why', async () => {
  const page = await here.as('robin');
  await page.goto(SCREEN);
  const screen = page.getByRole('region', { name: 'The screen of Edgar Moss' });
  const publish = screen.getByRole('link', { name: /Publish page: Replaced/ });
  await publish.waitFor();
  await publish.getByText('Submit page for approval', { exact: true }).waitFor();
  await screen.getByText('instead of “Publish page”').waitFor();
  await screen
    .getByRole('link', { name: /: Usable\. A role grants it\./ })
    .first()
    .waitFor();
  await page.getByRole('heading', { name: /controls? (is|are) not shown/ }).waitFor();
  await axe(page);
  await publish.focus();
  await page
    .getByRole('tooltip')
    .getByText(/None of the roles held here grants it\./)
    .waitFor();
  await publish.click();
  await page.getByRole('heading', { name: 'Edgar Moss may not do “Publish page” on uk-home.' }).waitFor();
  await page.context().close();
});

test('beside somebody else: what differs is marked, and can stand alone', async () => {
  const page = await here.as('robin');
  await page.goto(SCREEN);
  await page.getByLabel('Beside whom', { exact: true }).first().fill('alba');
  await page.getByRole('option', { name: /Alba Serra/ }).click();
  const table = page.getByRole('table', { name: 'Edgar Moss and Alba Serra, side by side' });
  const row = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^Publish page/ }) });
  await row.getByText('differs').waitFor();
  await row.getByRole('link', { name: /Publish page: Usable/ }).waitFor();
  const all = await table.getByRole('rowheader').count();
  await axe(page);
  await page.getByLabel('Only differences').check();
  await page.waitForURL(/differences=true/);
  await expect.poll(() => table.getByRole('rowheader').count()).toBeLessThan(all);
  await page.getByRole('button', { name: 'Change sides' }).click();
  await page.getByRole('table', { name: 'Alba Serra and Edgar Moss, side by side' }).waitFor();
  await axe(page);
  await page.context().close();
});

test('the screen follows what changes, and the past stays as it was', async () => {
  const page = await here.as('robin');
  await page.goto(SCREEN);
  await page.getByRole('link', { name: /Publish page: Replaced/ }).waitFor();
  await here.api('POST', `${ORG}/assignments`, {
    subject: 'user:edgar',
    role: 'commerce/CMS_Publisher',
    scope: 'commerce/website:uk',
  });
  await page.getByRole('link', { name: /Publish page: Usable/ }).waitFor();
  await page.goto(`${SCREEN}&as_of=2`);
  await page.getByText('You are looking at the past: revision 2').waitFor();
  await page.getByRole('link', { name: /Publish page: Replaced/ }).waitFor();
  await axe(page);
  await page.context().close();
});

test('who administers one instance sees as those who work there, and as nobody elsewhere', async () => {
  const page = await here.as('ivan');
  await page.goto('/see-as?subject=user:ulrich&product=commerce&resource=commerce/page:us-home');
  await page.getByRole('heading', { name: 'The screen of Ulrich Stone' }).waitFor();
  await axe(page);
  await page.goto(SCREEN);
  await page.getByRole('alert').waitFor();
  await page.context().close();
});

test('dark, German, narrow; and a place about which nothing is meant', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto(SCREEN);
  await page.getByRole('heading', { name: 'Der Bildschirm von Edgar Moss' }).waitFor();
  await axe(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await page.goto('/see-as?subject=user:edgar&product=commerce&resource=organization:brightwater');
  await page.getByRole('heading', { name: 'Nichts hier ist für diese Art von Ding gemeint' }).waitFor();
  await axe(page);
  await page.getByRole('link', { name: /Auch, was für andere Arten/ }).click();
  await page.getByRole('heading', { name: 'Der Bildschirm von Edgar Moss' }).waitFor();
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
