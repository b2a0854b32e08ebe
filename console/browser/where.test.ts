/** Where: finding a place, who has what there, who can do what; giving a role and taking it back; and what is refused. */
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

const node = (page: Page) => page.getByRole('region', { name: 'The chosen place' });
const tree = (page: Page) => page.getByRole('tree');
const open = async (page: Page, at: string, more = '') => {
  await page.goto(`/where?at=${encodeURIComponent(at)}${more}`);
  await node(page).getByRole('heading', { level: 2 }).waitFor();
};

test('who can publish in Germany: search, choose, ask', async () => {
  const page = await here.as('robin');
  await page.goto('/where');
  await page.getByRole('textbox', { name: 'Find a place' }).fill('de');
  const found = tree(page).getByRole('treeitem', { name: 'de, website', exact: true });
  await found.waitFor();
  await tree(page).getByRole('treeitem', { name: 'Configured Commerce, product' }).waitFor();
  expect(await tree(page).getByRole('treeitem', { name: 'uk, website', exact: true }).count()).toBe(0);
  await axe(page);
  await found.getByText('de').first().click();
  await node(page).getByRole('heading', { name: 'de', level: 2 }).waitFor();
  await node(page).getByRole('tab', { name: 'Who can…?' }).click();
  await node(page).getByLabel('Who can do this here?').fill('publish page');
  await page.getByRole('option', { name: 'Publish page' }).first().click();
  const able = node(page).getByRole('grid', { name: 'Who can…?' });
  await able.getByRole('link', { name: 'Piers Hart' }).waitFor();
  const { items } = (await here.api(
    'GET',
    '/v1/orgs/brightwater/review/who-can?permission=commerce/pages.publish&resource=commerce/website:de&limit=1000',
  )) as { items: unknown[] };
  await node(page).getByText(`${items.length} can do this here.`).waitFor();
  await expect.poll(() => page.url()).toContain('permission=commerce%2Fpages.publish');
  await axe(page);
  await page.context().close();
});

test('the tree is walked with the keyboard alone', async () => {
  const page = await here.as('robin');
  await page.goto('/where');
  await tree(page).getByRole('treeitem', { name: 'Constructor, product' }).waitFor();
  await tree(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await node(page).getByRole('heading', { name: 'Constructor' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await tree(page).getByRole('treeitem', { name: 'search, instance' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await node(page).getByRole('heading', { name: 'search' }).waitFor();
  // It folds itself, then goes to what it is in, which folds.
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('ArrowLeft');
  await expect.poll(() => tree(page).getByRole('treeitem', { name: 'search, instance' }).count()).toBe(0);
  await page.keyboard.press('Home');
  await page.keyboard.press('e');
  await page.keyboard.press('Enter');
  await node(page).getByRole('heading', { name: 'Experimentation' }).waitFor();
  await page.reload();
  await node(page).getByRole('heading', { name: 'Experimentation' }).waitFor();
  expect(await tree(page).getByRole('treeitem', { name: 'search, instance' }).count()).toBe(0);
  await axe(page);
  await page.context().close();
});

test('a role is given here after its preview, and taken back with Undo', async () => {
  const page = await here.as('robin');
  await open(page, 'commerce/website:de');
  await node(page).getByRole('button', { name: 'Give a role here' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To whom').fill('edgar');
  await page.getByRole('option', { name: 'Edgar Moss' }).click();
  await dialog.getByRole('button', { name: /roles? that you cannot give/ }).click();
  await dialog.getByText('is given only by its holders').first().waitFor();
  await axe(page);
  await dialog.getByRole('textbox', { name: 'Find a role' }).fill('publisher');
  await dialog.getByRole('radio', { name: 'CMS_Publisher' }).check();
  await dialog.getByRole('button', { name: 'See what this changes' }).click();
  const preview = page.getByRole('dialog', { name: 'Give CMS_Publisher at de to Edgar Moss' });
  await preview.getByText('1 person, group or key is affected').waitFor();
  await axe(page);
  await preview.getByRole('button', { name: 'Give the role' }).click();
  const row = node(page)
    .getByRole('grid', { name: 'Who has what' })
    .getByRole('row')
    .filter({ hasText: 'Edgar Moss' })
    .filter({ hasText: 'CMS_Publisher' });
  await row.waitFor();
  await row.getByText('Here', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor({ state: 'detached' });
  await page.context().close();
});

test('what comes from above says from where, and groups show their members', async () => {
  const page = await here.as('robin');
  await open(page, 'commerce/website:de');
  const grid = node(page).getByRole('grid', { name: 'Who has what' });
  const group = grid.getByRole('row').filter({ hasText: 'shop-content' });
  await group.getByRole('link', { name: 'shop-eu' }).waitFor();
  await group.getByRole('button', { name: 'members' }).click();
  await page.getByRole('dialog').getByRole('link').first().waitFor();
  await axe(page);
  await page.keyboard.press('Escape');
  await page.getByText(/^Given here/).click();
  await expect.poll(() => grid.getByRole('row').filter({ hasText: 'shop-content' }).count()).toBe(0);
  await page.context().close();
});

test('facts, new places, and moving where it cannot be moved', async () => {
  const page = await here.as('robin');
  await open(page, 'instance:shop-us', '&show=about');
  await node(page).getByRole('button', { name: 'Change facts' }).click();
  const facts = page.getByRole('dialog');
  await facts.getByLabel('Value of order_tracking').fill('backend');
  await axe(page);
  await facts.getByRole('button', { name: 'See what this changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
  await node(page).getByRole('cell', { name: 'backend' }).waitFor();

  await node(page).getByRole('button', { name: 'Add below' }).click();
  const adding = page.getByRole('dialog');
  await adding.getByLabel('Id').fill('us');
  await adding.getByRole('button', { name: 'See what this changes' }).click();
  await adding.getByText('There is one with this id already.').waitFor();
  await adding.getByLabel('Id').fill('ca');
  await adding.getByLabel('Name', { exact: true }).fill('Canada');
  await adding.getByRole('button', { name: 'See what this changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
  await node(page).getByRole('heading', { name: 'Canada' }).waitFor();
  await tree(page).getByRole('treeitem', { name: 'Canada, website' }).waitFor();

  await node(page).getByRole('button', { name: 'More about this place' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await node(page).getByRole('heading', { name: 'shop-us' }).waitFor();

  await open(page, 'commerce/page:uk-home');
  await node(page).getByRole('button', { name: 'More about this place' }).click();
  await page.getByRole('menuitem', { name: 'Remove: something is still below it' }).waitFor();
  await page.getByRole('menuitem', { name: 'Move elsewhere' }).click();
  await page.getByRole('dialog').getByLabel('To below').fill('uk-spring-sale');
  await page.getByRole('option', { name: 'uk-spring-sale' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'See what this changes' }).click();
  const refused = page.getByRole('dialog').getByRole('alert');
  await refused.getByText('Rule:', { exact: false }).first().waitFor();
  await axe(page);
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).isDisabled()).toBe(true);
  await page.context().close();
});

test('an instance administrator sees their part, the way to it by name alone, and nothing beside it', async () => {
  const page = await here.as('ivan');
  await page.goto('/where');
  await node(page).getByRole('heading', { name: 'shop-us' }).waitFor();
  const above = tree(page).getByRole('treeitem', {
    name: 'Configured Commerce, product, only the name is visible to you',
  });
  await above.waitFor();
  expect(
    await tree(page)
      .getByRole('treeitem', { name: /shop-eu/ })
      .count(),
  ).toBe(0);
  await node(page).getByRole('button', { name: 'Give a role here' }).waitFor();
  await axe(page);
  await above.getByText('Configured Commerce').click();
  await node(page).getByText('You see only the name of this').waitFor();
  expect(await node(page).getByRole('button', { name: 'Give a role here' }).count()).toBe(0);
  expect(await node(page).getByRole('tab').count()).toBe(0);
  await page.goto('/where?at=instance:shop-eu');
  await node(page).getByRole('alert').waitFor();
  await axe(page);
  await page.context().close();
});

test('of the past nothing can be changed, and on a narrow screen the tree folds away', async () => {
  const page = await here.as('robin', { width: 390, dark: true });
  await open(page, 'commerce/website:de', '&as_of=2');
  expect(await node(page).getByRole('button', { name: 'Give a role here' }).count()).toBe(0);
  expect(await node(page).getByRole('button', { name: 'Add below' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Show the tree' }).click();
  await tree(page)
    .getByRole('treeitem', { name: 'uk, website', exact: true })
    .getByText('uk')
    .first()
    .click();
  await node(page).getByRole('heading', { name: 'uk', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Show the tree' }).waitFor();
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
