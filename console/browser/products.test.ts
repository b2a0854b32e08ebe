/** Product access: where a Super Admin and a Product Admin start, and how much of it others see. */
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

const card = (page: Page, title: string) => page.getByRole('article').filter({ hasText: title });
const instances = (page: Page) => page.getByRole('grid', { name: 'Instances' });

test('a Super Admin starts at all products: instances, people, administrators, roles, seats', async () => {
  const page = await here.as('robin');
  await page.goto('/');
  await page.waitForURL('**/products');
  await page.getByRole('heading', { name: 'Product access', level: 1 }).waitFor();
  const commerce = card(page, 'Configured Commerce');
  await commerce.getByRole('link', { name: 'Paula Lindqvist' }).waitFor();
  await commerce.getByText('Custom roles').waitFor();
  await expect.poll(() => commerce.getByRole('definition').first().innerText()).toBe('2');
  await card(page, 'Collaboration').getByText('2 of 25 seats taken').waitFor();
  await card(page, 'Experimentation').getByText('System roles only').waitFor();
  await page.getByText('switched on, brought up to date', { exact: false }).waitFor();
  await expect.poll(() => page.getByRole('article').count()).toBe(12);
  await axe(page);
  await commerce.getByRole('link', { name: 'Roles of Configured Commerce' }).click();
  await page.waitForURL('**/roles?product=commerce');
  await page.context().close();
});

test('a Product Admin starts at the instances, adds one and removes it', async () => {
  const page = await here.as('paula');
  await page.goto('/');
  await page.waitForURL('**/products/commerce');
  await instances(page).getByRole('row').filter({ hasText: 'shop-us' }).getByText('Ivan Petrov').waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Add an instance' }).click();
  await page.getByRole('dialog').getByLabel('Id').fill('shop-jp');
  await page.getByRole('dialog').getByRole('button', { name: 'See what this changes' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
  await page.waitForURL('**/where?at=**');
  await page.getByRole('heading', { name: 'shop-jp' }).waitFor();
  await page.getByRole('button', { name: 'More about this place' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const removing = page.getByRole('dialog', { name: 'Remove shop-jp' });
  await removing.getByLabel('Type “shop-jp” to go on').fill('shop-jp');
  await axe(page);
  await removing.getByRole('button', { name: 'Remove it' }).click();
  await page.getByRole('heading', { name: 'Configured Commerce', level: 2 }).waitFor();
  await page.goto('/products/commerce');
  await instances(page).getByText('shop-us').waitFor();
  expect(await instances(page).getByText('shop-jp').count()).toBe(0);
  await page.context().close();
});

test('who administers one instance sees that one, and cannot add another', async () => {
  const page = await here.as('ivan');
  await page.goto('/products/commerce');
  await instances(page).getByText('shop-us').waitFor();
  expect(await instances(page).getByText('shop-eu').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Add an instance' }).count()).toBe(0);
  await instances(page).getByRole('row').filter({ hasText: 'shop-us' }).press('Enter');
  await page.waitForURL('**/where?at=**');
  await page.goto('/products/cmp');
  await page.getByRole('alert').waitFor();
  await axe(page);
  await page.context().close();
});

test('every part of a product’s page: administrators, seats, permissions, types, catalog', async () => {
  const page = await here.as('robin');
  await page.goto('/products/commerce?show=administrators');
  await page.getByRole('link', { name: 'Robin Okafor' }).waitFor();
  await axe(page);
  await page.getByRole('tab', { name: 'Permissions' }).click();
  await page.getByRole('textbox', { name: 'Find a permission' }).fill('publish page');
  const row = page.getByRole('grid').getByRole('row').filter({ hasText: 'pages.publish' });
  await row.getByText('Replaced').waitFor();
  await axe(page);
  await page.getByRole('tab', { name: 'What there can be' }).click();
  await page.getByText('commerce/saved_order').first().waitFor();
  await axe(page);
  await page.getByRole('tab', { name: 'Catalog' }).click();
  await page.getByText('product: commerce', { exact: true }).waitFor();
  await axe(page);
  await page.goto('/products/collaboration?show=seats');
  await page.getByText('23 seats are left.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'How can there be more seats?' }).click();
  await page.getByText('pool: collaboration/members', { exact: false }).waitFor();
  await axe(page);
  await page.context().close();
});

test('dark, German and narrow', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto('/products');
  await page.getByRole('heading', { name: 'Produktzugang', level: 1 }).waitFor();
  await card(page, 'Configured Commerce').getByRole('link', { name: 'Paula Lindqvist' }).waitFor();
  await axe(page);
  await page.goto('/products/commerce');
  await page.getByRole('grid', { name: 'Instanzen' }).getByText('shop-us').waitFor();
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
