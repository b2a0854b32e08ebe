/** Roles: finding, reading, making one by places and features, copying, comparing, adapting, deleting; and who may not. */
import type { Locator, Page } from 'playwright-core';
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

const ORG = '/v1/orgs/brightwater';

interface Role {
  id: string;
  title: string;
  custom: {
    start: unknown;
    instances: string[];
    grants?: { permission: string; within?: string; when?: string; requires?: string[] }[];
    without?: string[];
  } | null;
  overlay: { add?: string[]; remove?: string[] } | null;
}

const roleOf = async (id: string): Promise<Role> => (await here.api('GET', `${ORG}/roles/${id}`)) as Role;
const holdersOf = async (id: string): Promise<string[]> => {
  const path = `${ORG}/assignments?role=${encodeURIComponent(id)}`;
  const { items } = (await here.api('GET', path)) as { items: { subject: string }[] };
  return items.map((one) => one.subject);
};

/** Chooses in a field that offers what fits. */
async function pick(page: Page, field: Locator, typed: string, option: string) {
  await field.click();
  await field.fill(typed);
  await page.getByRole('option', { name: option }).first().click();
}

const nameOf = (page: Page) => page.getByRole('textbox', { name: 'Name', exact: true });

/** Confirms what a dialog previews. */
async function confirm(page: Page, name: string) {
  const button = page.getByRole('dialog').getByRole('button', { name, exact: true });
  await button.waitFor();
  await axe(page);
  await button.click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

test('the list shows system and custom roles, and its filters are in the address', async () => {
  const page = await here.as('robin');
  await page.goto('/roles');
  const row = page.getByRole('row', { name: 'ISC_ContentEditor' });
  await row.getByText('System, changed').waitFor();
  await axe(page);
  await page.getByRole('textbox', { name: 'Find a role' }).fill('team');
  await page.waitForURL('**/roles?q=team');
  await page.getByRole('row', { name: 'North America Team' }).getByText('Custom').waitFor();
  await expect.poll(() => page.getByRole('row', { name: 'ISC_ContentEditor' }).count()).toBe(0);
  await page.goto('/roles?product=commerce&type=overlaid');
  await page.getByRole('row', { name: 'ISC_ContentApprover' }).waitFor();
  expect(await page.locator('.data-row').count()).toBe(2);
  await page.goto('/roles?instance=instance:pim-next&type=custom');
  await page.getByRole('row', { name: 'Junior merchandiser' }).waitFor();
  expect(await page.locator('.data-row').count()).toBe(1);
  await page.goto('/roles?q=nothing-is-called-so');
  await page.getByRole('heading', { name: 'No role fits' }).waitFor();
  await axe(page);
  await page.context().close();
});

test('two chosen roles are compared: how they stand to each other, and in what they differ', async () => {
  const page = await here.as('robin');
  await page.goto('/roles?product=pim');
  await page.getByLabel('Choose PIM_Manager').check();
  await page.getByLabel('Choose PIM_Merchandiser').check();
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page
    .getByRole('heading', { name: 'PIM_Manager gives all that PIM_Merchandiser gives, and more' })
    .waitFor();
  await page
    .getByRole('img', { name: 'Only PIM_Manager: 5. In both: 7. Only PIM_Merchandiser: 0.' })
    .waitFor();
  const approve = page.getByRole('row', { name: 'Approve product assigned to one' });
  await approve.getByText('only as assignee').waitFor();
  expect(await page.getByRole('row', { name: 'Add categories' }).count()).toBe(0);
  await axe(page);
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('row', { name: 'Add categories' }).waitFor();
  expect(page.url()).toContain('all=true');
  await axe(page);
  await page.context().close();
});

test('a role says what it gives under which terms, what it needs, who holds it and by which way', async () => {
  const page = await here.as('robin');
  await page.goto('/roles/cms/german_content');
  await page.getByText('resource.properties.language == "de"').waitFor();
  await page.getByText('only together with Content Editors').waitFor();
  await axe(page);
  await page.goto('/roles/collaboration/admin');
  await page.getByText('2 of 25 taken, 23 free').waitFor();
  await page.goto('/roles/commerce/ISC_ContentEditor');
  await page.getByRole('complementary', { name: 'About this role' }).getByText('ISC_User').waitFor();
  await page.getByText('Your organization changed this role').waitFor();
  await axe(page);
  await page.goto('/roles/constructor/na_team');
  await page.getByRole('tab', { name: 'Who holds it' }).click();
  await page.waitForURL('**/roles/constructor/na_team?tab=holders');
  const nick = page.getByRole('row').filter({ has: page.getByRole('link', { name: /^Nick/ }) });
  await nick.getByText('In force').waitFor();
  expect(await nick.textContent()).toMatch(/search/i);
  await axe(page);
  await page.context().close();
});

test('the North America Team is made by places and features, with the keyboard', async () => {
  const page = await here.as('robin');
  await page.goto('/roles');
  await page.getByRole('link', { name: 'Create role' }).click();
  await page.getByRole('combobox', { name: 'For which product?' }).click();
  await page.getByRole('option', { name: 'Constructor' }).click();
  await nameOf(page).fill('North America Team');
  await expect.poll(() => page.getByLabel('Id', { exact: true }).inputValue()).toBe('north_america_team');
  const grid = page.getByRole('grid', { name: 'Index × features' });
  const cell = (feature: string, index: string) =>
    grid.getByRole('checkbox', { name: new RegExp(`^${feature}, ${index}:`) });
  await cell('Edit Searchandising Rules', 'north-america').waitFor();
  await cell('Edit Searchandising Rules', 'All of them').focus();
  for (let step = 0; step < 10; step++) {
    const at = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    if (at.startsWith('Edit Searchandising Rules, north-america')) break;
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .not.toBe(at);
  }
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await grid.getByRole('checkbox', { name: 'Edit Recommendations, north-america: view' }).waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
    .toContain('Edit Recommendations, north-america');
  await page.keyboard.press('Space');
  await cell('Edit Collections', 'north-america').click();
  await cell('Content', 'north-america').click();
  expect(await cell('Edit Searchandising Rules', 'north-america').getAttribute('aria-checked')).toBe('true');
  expect(await cell('Edit Searchandising Rules', 'germany').getAttribute('aria-label')).toContain(': view');
  await axe(page);
  await page.getByRole('button', { name: 'Look at it and create' }).click();
  await confirm(page, 'Create role');
  await page.waitForURL('**/roles/constructor/north_america_team');
  await page.getByRole('heading', { name: 'North America Team', level: 1 }).waitFor();
  const { custom } = await roleOf('constructor/north_america_team');
  expect(custom?.start).toBe('none');
  expect(custom?.instances).toEqual(['instance:search']);
  expect(custom?.grants).toEqual(
    [
      'searchandising_rules.edit',
      'recommendations.edit',
      'collections.edit',
      'content.create',
      'content.edit',
      'content.delete',
    ].map((permission) => ({ permission, within: 'constructor/index:north-america' })),
  );
  await page.context().close();
});

test('a row for all places gives everywhere, and each place then says so', async () => {
  const page = await here.as('astrid');
  await page.goto('/roles/constructor/merchandisers/edit');
  const grid = page.getByRole('grid', { name: 'Index × features' });
  const germany = grid.getByRole('checkbox', { name: /^Edit Searchandising Rules, germany/ });
  await expect.poll(() => germany.getAttribute('aria-checked')).toBe('true');
  await grid.getByRole('checkbox', { name: /^Edit Collections, All of them/ }).click();
  const collections = grid.getByRole('checkbox', { name: /^Edit Collections, france/ });
  await expect.poll(() => collections.getAttribute('aria-label')).toContain('given in all of them');
  expect(await collections.getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('button', { name: 'Look at it and save' }).click();
  await page
    .getByRole('dialog')
    .getByText(/permissions? gained/)
    .waitFor();
  await confirm(page, 'Save changes');
  await page.waitForURL('**/roles/constructor/merchandisers');
  const { custom } = await roleOf('constructor/merchandisers');
  expect(custom?.grants).toContainEqual({ permission: 'collections.edit' });
  await page.context().close();
});

test('a copy begins with what the original has, less is taken away, and both are compared', async () => {
  const page = await here.as('robin');
  await page.goto('/roles/pim/PIM_Merchandiser');
  await page.getByRole('link', { name: 'Duplicate' }).click();
  await page.waitForURL('**/roles/new?from=*');
  const name = nameOf(page);
  await expect.poll(() => name.inputValue()).toBe('PIM_Merchandiser (copy)');
  await page.getByText('Choose at least one instance').waitFor();
  await name.fill('Careful merchandiser');
  await page.getByRole('combobox', { name: 'Instances' }).click();
  await page.getByRole('option', { name: 'pim', exact: true }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: /Delete category/ }).uncheck();
  const aside = page.getByRole('complementary', { name: 'What becomes of it' });
  await aside.getByRole('list', { name: 'taken away' }).getByText('Delete category').waitFor();
  await aside.getByText('Compared with PIM_Merchandiser.').waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Look at it and create' }).click();
  await confirm(page, 'Create role');
  await page.waitForURL('**/roles/pim/careful_merchandiser');
  const { custom } = await roleOf('pim/careful_merchandiser');
  expect(custom).toMatchObject({
    start: { duplicate: 'PIM_Merchandiser' },
    without: ['categories.delete'],
    instances: ['instance:pim'],
  });
  await page.getByRole('button', { name: 'What can be done with Careful merchandiser' }).click();
  await page.getByRole('menuitem', { name: 'Compare with another' }).click();
  await pick(page, page.getByRole('textbox', { name: 'The other' }), 'PIM_Merch', 'PIM_Merchandiser');
  await page
    .getByRole('heading', { name: 'PIM_Merchandiser gives all that Careful merchandiser gives, and more' })
    .waitFor();
  await page.context().close();
});

test('what cannot be in it says why; a condition that cannot be read is told at its field', async () => {
  const page = await here.as('robin');
  await page.goto('/roles/new?product=commerce');
  await nameOf(page).fill('German pages');
  await page.getByPlaceholder('Find a permission').fill('publish page');
  const publish = page.getByRole('checkbox', { name: /^Publish page/ });
  await page.getByText('no role of your own can').first().waitFor();
  expect(await publish.isDisabled()).toBe(true);
  await page.getByPlaceholder('Find a permission').fill('edit page');
  await page.getByRole('checkbox', { name: /^Edit page pages.edit/ }).check();
  await page.getByRole('button', { name: 'Limit Edit page' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Only if').fill('resource.id ==== 3');
  await dialog.getByText('not a valid expression').waitFor();
  await axe(page);
  await dialog.getByLabel('Only if').fill('resource.properties.language == "de"');
  await expect.poll(() => dialog.getByText('not a valid expression').count()).toBe(0);
  await pick(page, dialog.getByRole('textbox', { name: 'Only in' }), 'de-home', 'de-home');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('complementary').getByText('only in de-home').waitFor();
  await page.getByRole('button', { name: 'Look at it and create' }).click();
  await confirm(page, 'Create role');
  await page.waitForURL('**/roles/commerce/german_pages');
  const { custom } = await roleOf('commerce/german_pages');
  expect(custom?.grants).toEqual([
    {
      permission: 'pages.edit',
      within: 'commerce/page:de-home',
      when: 'resource.properties.language == "de"',
    },
  ]);
  await page.context().close();
});

test('a system role is adapted as a difference, who gains is shown, and the default comes back', async () => {
  const page = await here.as('robin');
  await page.goto('/roles/commerce/CMS_ContentEditor');
  await page.getByRole('link', { name: 'Adapt' }).click();
  await page.getByRole('checkbox', { name: /View and update SEO settings of websites/ }).check();
  const aside = page.getByRole('complementary', { name: 'What becomes of it' });
  await aside.getByRole('list', { name: 'added' }).getByText('View and update SEO settings').waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Look at it and save' }).click();
  await page.getByRole('dialog').getByText('Lena Vogel').waitFor();
  await confirm(page, 'Save the difference');
  await page.getByText('Your organization changed this role').waitFor();
  expect((await roleOf('commerce/CMS_ContentEditor')).overlay?.add).toEqual(['website_seo.view_update']);
  await page.getByRole('link', { name: 'Compare with the default' }).click();
  await page.getByRole('button', { name: 'Back to the default' }).click();
  await confirm(page, 'Back to the default');
  await page.waitForURL('**/roles/commerce/CMS_ContentEditor');
  await expect.poll(() => page.getByText('Your organization changed this role').count()).toBe(0);
  expect((await roleOf('commerce/CMS_ContentEditor')).overlay).toBeNull();
  await page.context().close();
});

test('deleting a role lists who loses what, wants its name typed, and can be undone', async () => {
  const page = await here.as('robin');
  await page.goto('/roles/pim/junior_merchandiser');
  const before = await holdersOf('pim/junior_merchandiser');
  expect(before.length).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'What can be done with Junior merchandiser' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the role Junior merchandiser' });
  await dialog.getByText(/permissions? lost/).waitFor();
  const button = dialog.getByRole('button', { name: 'Delete role' });
  expect(await button.isDisabled()).toBe(true);
  await axe(page);
  await dialog.getByLabel('Type “Junior merchandiser” to go on').fill('Junior merchandiser');
  await button.click();
  await page.waitForURL('**/roles');
  await page.getByRole('alert').getByText('Delete the role Junior merchandiser').waitFor();
  await expect(roleOf('pim/junior_merchandiser')).rejects.toThrow('404');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone: Delete the role Junior merchandiser').waitFor();
  expect(await holdersOf('pim/junior_merchandiser')).toEqual(before);
  await page.context().close();
});

test('an instance administrator sees roles and changes none; the server says why', async () => {
  const page = await here.as('ivan');
  await page.goto('/roles');
  await page.getByRole('row', { name: 'ISC_ContentEditor' }).waitFor();
  expect(await page.getByRole('link', { name: 'Create role' }).count()).toBe(0);
  await page.goto('/roles/commerce/ISC_ContentEditor');
  await page.getByRole('tab', { name: 'Who holds it' }).waitFor();
  expect(await page.getByRole('link', { name: 'Adapt' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Duplicate' }).count()).toBe(0);
  await axe(page);
  await page.goto('/roles/new?product=commerce');
  const refusal = page.getByRole('alert');
  await refusal.getByText('You may not make roles here').waitFor();
  await refusal.getByText('lets it create or edit custom roles there').waitFor();
  await refusal.getByText('Instead: holders of').waitFor();
  await axe(page);
  await page.context().close();
});

test('who administers one product makes roles there, and is not asked for which', async () => {
  const astrid = await here.as('astrid');
  await astrid.goto('/roles');
  await astrid.getByRole('link', { name: 'Create role' }).click();
  await astrid.getByRole('grid', { name: 'Index × features' }).waitFor();
  await astrid.goto('/roles/new?from=constructor/default');
  await expect.poll(() => nameOf(astrid).inputValue()).toBe('Default user role (copy)');
  await astrid.getByRole('button', { name: 'Limit Edit Collections' }).click();
  await astrid.getByRole('button', { name: 'Make it the role’s own' }).click();
  await astrid.getByRole('dialog').getByRole('textbox', { name: 'Only in' }).waitFor();
  await axe(astrid);
  await astrid.context().close();
  const paula = await here.as('paula');
  await paula.goto('/roles?product=commerce');
  await paula.getByRole('row', { name: 'ISC_ContentEditor' }).waitFor();
  expect(await paula.getByRole('link', { name: 'Create role' }).count()).toBe(0);
  await paula.goto('/roles/commerce/ISC_ContentEditor/edit');
  await paula.getByRole('checkbox', { name: /Access the debug menu/ }).check();
  await paula.getByRole('alert').getByText('lets it change system roles there').waitFor();
  await paula.context().close();
});

test('in the past nothing is offered that would write', async () => {
  const page = await here.as('robin');
  await page.goto('/roles/constructor/na_team?as_of=1');
  await page.getByRole('tab', { name: 'Who holds it' }).waitFor();
  expect(await page.getByRole('link', { name: 'Edit' }).count()).toBe(0);
  await page.goto('/roles/new?product=commerce&as_of=1');
  await page.getByText('Nothing can be changed there.').waitFor();
  await page.context().close();
});

test('dark, German and narrow', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto('/roles');
  await page.getByRole('row', { name: 'Super Admin' }).waitFor();
  await axe(page);
  await page.goto('/roles/constructor/na_team/edit');
  await page.getByRole('grid', { name: 'Index × Funktionen' }).getByText('north-america').waitFor();
  await axe(page);
  await page.goto('/roles/compare?first=pim/PIM_Manager&second=pim/PIM_Merchandiser');
  await page.getByRole('heading', { name: /gibt alles, was/ }).waitFor();
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
