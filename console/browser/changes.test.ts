/** The way of every write: guessed at once and set back when refused, undone by one click, and seen by others live. */
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

const BATCH = '**/v1/orgs/brightwater/batch*';

async function rename(page: Awaited<ReturnType<World['as']>>, title: string) {
  await page.getByRole('button', { name: 'What to do with' }).first().click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(title);
  await dialog.getByRole('button', { name: 'Save' }).click();
}

test('a new title is on the screen before the server answers, and gone again when it refuses', async () => {
  const page = await here.as('robin');
  await page.goto('/groups/shop-classic');
  const heading = page.getByRole('heading', { level: 1 });
  await heading.waitFor();
  const before = await heading.textContent();
  let answer = () => {};
  const held = new Promise<void>((go) => {
    answer = go;
  });
  await page.route(BATCH, async (route) => {
    await held;
    await route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: 'about:blank',
        status: 422,
        code: 'refused',
        title: 'Refused',
        detail: 'Titles are frozen today.',
      }),
    });
  });
  await rename(page, 'The classics');
  await expect.poll(() => heading.textContent()).toContain('The classics');
  answer();
  await page.getByText('Titles are frozen today.').waitFor();
  await expect.poll(() => heading.textContent()).toBe(before);
  await axe(page);
  await page.context().close();
});

test('somebody else sees it as it happens, and one click undoes it', async () => {
  const page = await here.as('robin');
  const other = await here.as('sam');
  await other.goto('/groups');
  await other.getByRole('heading', { level: 1 }).waitFor();
  await page.goto('/groups/shop-classic');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await rename(page, 'The classics');
  await other.getByText('The classics').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone:').waitFor();
  await other.getByText('The classics').waitFor({ state: 'detached' });
  await page.context().close();
  await other.context().close();
});

test('the page says in words that the server does not answer, and what was asked for comes when it does', async () => {
  const page = await here.as('robin');
  await page.goto('/help');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.route('**/v1/orgs/brightwater/groups*', (route) => route.abort());
  await page.getByRole('link', { name: 'Groups' }).first().click();
  await page.getByText('The server does not answer').waitFor();
  await axe(page);
  await page.unroute('**/v1/orgs/brightwater/groups*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('link', { name: /shop-/ }).first().waitFor();
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints.filter((one) => !one.includes('ERR_FAILED'))).toEqual([]);
});
