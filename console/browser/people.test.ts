/** People, groups, invitations, keys and approvals: the main stories, and the refused ones, level by level. */
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

/** Picks what is called so in a field that finds. */
async function pick(page: Page, field: string, typed: string, option: string | RegExp) {
  const input = page.getByRole('textbox', { name: field });
  await input.click();
  await input.fill(typed);
  await page.getByRole('option', { name: option }).first().click();
}

/** The preview's last word. */
async function agree(page: Page, button: string) {
  const word = page.getByRole('button', { name: button, exact: true });
  // Another dialog may still be closing.
  const dialog = page.getByRole('dialog').filter({ has: word });
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('somebody is found by a part of the name, and every filter stands in the address', async () => {
  const page = await here.as('robin');
  await page.goto('/people');
  await page.getByRole('row', { name: /Robin Okafor/ }).waitFor();
  await axe(page);
  await page.getByRole('textbox', { name: 'Find by name, e-mail or id' }).fill('moss');
  await expect.poll(() => page.url()).toContain('q=moss');
  await page.getByRole('row', { name: /Edgar Moss/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  await page.goto('/people?status=suspended');
  await page.getByRole('row', { name: /Silas Boyd/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  await page.goto('/people?group=group:editors&product=cms');
  await page.getByRole('row', { name: /Emily Stokes/ }).waitFor();
  await page.getByRole('button', { name: 'More filters (1)' }).waitFor();
  await axe(page);
  await page.goto('/people?without_roles=true&status=suspended');
  await page.getByRole('heading', { name: 'Nobody fits' }).waitFor();
  await axe(page);
  await page.context().close();
});

test('the list is kept as a file, all of it', async () => {
  const page = await here.as('robin');
  await page.goto('/people?product=cms');
  await page.getByRole('row', { name: /Emily Stokes/ }).waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('people.csv');
  const parts: Buffer[] = [];
  for await (const part of await file.createReadStream()) parts.push(part);
  const lines = Buffer.concat(parts).toString().trim().split('\r\n');
  expect(lines[0]).toBe('id,name,email,status');
  expect(lines).toContain('emily,Emily Stokes,emily@brightwater.example,active');
  await page.context().close();
});

test('one page says what somebody holds, from where, and what is asleep and why', async () => {
  const page = await here.as('robin');
  await page.goto('/people/otto');
  await page.getByRole('heading', { level: 1, name: 'Otto Brandt' }).waitFor();
  const commerce = page.getByRole('table', { name: 'Roles in Configured Commerce' });
  const asleep = commerce.getByRole('row', { name: /CMS_ContentDeveloper shop-us/ });
  await asleep.getByText('Asleep').waitFor();
  await asleep.getByText(/is inactive without ISC_User/).waitFor();
  const through = commerce.getByRole('row', { name: /ISC_User/ }).filter({ hasText: 'Through' });
  await through.getByRole('link', { name: 'shop-spire' }).waitFor();
  await through.getByRole('link', { name: 'shop-content' }).waitFor();
  await commerce
    .getByRole('row', { name: /Unassigned user/ })
    .getByText('Everybody has it')
    .waitFor();
  await axe(page);
  await page.getByRole('tab', { name: 'What they may do' }).click();
  await expect.poll(() => page.url()).toContain('tab=permissions');
  await page
    .getByRole('row', { name: /Manage admin and system users/ })
    .getByText('With a limit')
    .waitFor();
  await axe(page);
  await page.getByRole('textbox', { name: 'Find', exact: true }).fill('website users shop-eu');
  await page.getByRole('row', { name: /Add website users/ }).waitFor();
  await page.getByRole('tab', { name: 'Groups' }).click();
  await page.getByRole('row', { name: /shop-content Through another group/ }).waitFor();
  await axe(page);
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('user:otto in group shop-spire').waitFor();
  await axe(page);
  await page.getByRole('link', { name: 'Why?', exact: true }).last().click();
  await page.waitForURL('**/why?subject=user%3Aotto');
  await page.context().close();
});

test('on a narrow screen a role is read from above to below', async () => {
  const page = await here.as('robin', { width: 390, height: 844 });
  await page.goto('/people/otto');
  const commerce = page.getByRole('table', { name: 'Roles in Configured Commerce' });
  const asleep = commerce.getByRole('row', { name: /CMS_ContentDeveloper shop-us/ });
  await asleep.getByText('Asleep').waitFor();
  const box = await asleep.getByText('Asleep').boundingBox();
  expect(box && box.x + box.width).toBeLessThan(390);
  await axe(page);
  await page.context().close();
});

test('a role is given with a look before, and taken back with one click', async () => {
  const page = await here.as('robin');
  await page.goto('/people/jo');
  await page.getByRole('button', { name: 'Give a role' }).first().click();
  await pick(page, 'Where', 'shop-us', /shop-us/);
  await page.getByRole('textbox', { name: 'Find a role' }).fill('ISC_User');
  await page.getByRole('radio', { name: 'ISC_User' }).check();
  await axe(page);
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  await page.getByRole('dialog', { name: 'Give Jo Rivers ISC_User at shop-us' }).waitFor();
  await page.getByText(/permissions gained/).waitFor();
  await axe(page);
  await agree(page, 'Give the role');
  const row = page.getByRole('row', { name: /ISC_User shop-us Given directly/ });
  await row.waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click();
  await row.waitFor({ state: 'detached' });
  await page.context().close();
});

test('a role that needs an approver cannot be given without one', async () => {
  const page = await here.as('robin');
  await page.goto('/people/jo');
  await page.getByRole('button', { name: 'Give a role' }).first().click();
  await pick(page, 'Where', 'lakeside', /lakeside-plumbing/);
  await page.getByRole('textbox', { name: 'Find a role' }).fill('buyer1');
  await page.getByRole('radio', { name: 'Buyer1' }).check();
  const look = page.getByRole('button', { name: 'Look at what it does' });
  expect(await look.isDisabled()).toBe(true);
  await pick(page, 'Approver', 'boris', /Boris Novak/);
  await expect.poll(() => look.isEnabled()).toBe(true);
  await page.context().close();
});

test('time and approver of a role are changed, and the role is taken', async () => {
  const page = await here.as('robin');
  await page.goto('/people/gus');
  await page.getByRole('button', { name: 'Guest at marketing' }).click();
  await page.getByRole('menuitem', { name: 'Take this role' }).click();
  await page.getByRole('dialog', { name: 'Take Guest at marketing from Gus Lowe' }).waitFor();
  await page.getByText(/permissions? lost/).waitFor();
  await axe(page);
  await agree(page, 'Take this role');
  await page.getByRole('row', { name: /Guest marketing/ }).waitFor({ state: 'detached' });
  await page.context().close();
});

test('many are suspended at once, told about, and set back', async () => {
  const page = await here.as('robin');
  await page.goto('/people?q=agency');
  await page.getByRole('checkbox', { name: 'Choose Rita Gold' }).check();
  await page.getByRole('checkbox', { name: 'Choose Rex Yates' }).check();
  await axe(page);
  await page.getByRole('button', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog', { name: 'Suspend 2 people' });
  await dialog.getByText('This can be done for 2 people.').waitFor();
  await axe(page);
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await dialog.getByText('Done for 2 people.').waitFor();
  await page
    .getByRole('row', { name: /Rita Gold/ })
    .getByText('Suspended')
    .waitFor();
  await dialog.getByRole('button', { name: 'Undo all of it' }).click();
  await dialog.getByText('All of it was set back.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page
    .getByRole('row', { name: /Rita Gold/ })
    .getByText('Active')
    .waitFor();
  await page.context().close();
});

test('a thousand and more go in several batches with a bar', async () => {
  const many = Array.from({ length: 1200 }, (_, index) => ({
    command: 'create_user',
    id: `crew-${index}`,
    body: { name: `Crew Member ${index}`, status: 'active' },
  }));
  for (const from of [0, 600])
    await here.api('POST', `${ORG}/batch?effects_limit=0`, { changes: many.slice(from, from + 600) });
  const page = await here.as('robin');
  await page.goto('/people?q=crew');
  await page
    .getByRole('row', { name: /Crew Member 0/ })
    .first()
    .waitFor();
  await page.getByRole('checkbox', { name: 'Choose all' }).check();
  await page.getByRole('button', { name: 'Choose everyone who fits' }).click();
  await page.getByText('1200 chosen').waitFor();
  await page.getByRole('button', { name: 'Add to group' }).click();
  await pick(page, 'Group', 'freelancers', /freelancers/);
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add 1200 people to freelancers' });
  await dialog.getByText('This can be done for 1200 people.').waitFor({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Add to group' }).click();
  await dialog.getByText('Done for 1200 people.').waitFor({ timeout: 60_000 });
  await page.goto('/groups/freelancers');
  await page.getByRole('row', { name: /Colin Reed/ }).waitFor();
  const grid = page.getByRole('grid', { name: 'Members' });
  await expect
    .poll(async () => {
      await grid.evaluate((one) => one.scrollTo(0, one.scrollHeight));
      return page.getByRole('row', { name: /Crew Member 1199/ }).count();
    })
    .toBe(1);
  await axe(page);
  await page.context().close();
});

test('a password link is shown once, and somebody is deleted only when their id is typed', async () => {
  const page = await here.as('robin');
  await page.goto('/people/lou');
  await page.getByRole('button', { name: 'What to do with Lou Chen' }).click();
  await page.getByRole('menuitem', { name: 'Make a password link' }).click();
  const once = page.getByRole('dialog', { name: 'A new password for Lou Chen' });
  await expect
    .poll(() => once.getByRole('textbox', { name: 'Password link' }).inputValue())
    .toContain('/password-reset#token=');
  await axe(page);
  await once.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'What to do with Lou Chen' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Lou Chen' });
  const button = dialog.getByRole('button', { name: 'Delete' });
  await dialog.getByRole('textbox').waitFor();
  expect(await button.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('lou');
  await button.click();
  await page.waitForURL('**/people');
  await page.context().close();
});

test('somebody is added, and comes to their page', async () => {
  const page = await here.as('robin');
  await page.goto('/people');
  await page.getByRole('button', { name: 'Add person' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Zoë Quint');
  await page.getByRole('textbox', { name: /^E-mail/ }).fill('zoe.quint@brightwater.example');
  expect(await page.getByRole('textbox', { name: /^Id/ }).inputValue()).toBe('zoe-quint');
  await axe(page);
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  await agree(page, 'Add');
  await page.waitForURL('**/people/zoe-quint');
  await page.getByRole('heading', { name: 'Zoë Quint' }).waitFor();
  await page.context().close();
});

test('a group is made, gets a member and a role, and is deleted', async () => {
  const page = await here.as('robin');
  await page.goto('/groups');
  await page
    .getByRole('row', { name: /christmas-team/ })
    .getByText('Asleep')
    .waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'New group' }).click();
  await page.getByRole('textbox', { name: /^Title/ }).fill('Night Shift');
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  await agree(page, 'Make the group');
  await page.waitForURL('**/groups/night-shift');
  await page.getByRole('heading', { name: 'Nobody is in it' }).waitFor();
  await axe(page);
  await pick(page, 'Person, group or key', 'vera', /Vera Lang/);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await agree(page, 'Add');
  await page.getByRole('row', { name: /Vera Lang/ }).waitFor();
  await page.getByRole('button', { name: 'Give a role' }).first().click();
  await pick(page, 'Where', 'studio-test', /studio-test/);
  await page.getByRole('radio', { name: 'View Orders' }).check();
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  await agree(page, 'Give the role');
  await page.goto('/people/vera');
  await page
    .getByRole('row', { name: /View Orders studio-test/ })
    .getByRole('link', { name: 'Night Shift' })
    .click();
  await page.waitForURL('**/groups/night-shift');
  await page.getByRole('button', { name: 'What to do with Night Shift' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('night-shift');
  await agree(page, 'Delete');
  await page.waitForURL('**/groups');
  await page.context().close();
});

test('somebody is invited with a role; the link is shown once; then the invitation is withdrawn', async () => {
  const page = await here.as('robin');
  await page.goto('/invitations?invite=true');
  await page.getByRole('textbox', { name: /^E-mail/ }).fill('nia.moor@brightwater.example');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Nia Moor');
  await page.getByRole('button', { name: 'Add a role' }).click();
  await pick(page, 'Where', 'marketing', /marketing/);
  await page.getByRole('radio', { name: 'Creator' }).check();
  await page.getByRole('button', { name: 'Add this role' }).click();
  await page.getByText(/user:nia.moor holds cmp\/creator at instance:marketing/).waitFor();
  await axe(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  const once = page.getByRole('dialog', { name: /nia.moor is invited/ });
  await expect
    .poll(() => once.getByRole('textbox', { name: 'Invitation link' }).inputValue())
    .toContain('/invitation#token=');
  await axe(page);
  await once.getByRole('button', { name: 'Close' }).last().click();
  const row = page.getByRole('row', { name: /Nia Moor/ });
  await row.getByText('Waiting').waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'New link for Nia Moor' }).click();
  await page
    .getByRole('dialog', { name: /nia.moor is invited/ })
    .getByRole('button', { name: 'Close' })
    .last()
    .click();
  await page.getByRole('button', { name: 'Withdraw the invitation of Nia Moor' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await row.waitFor({ state: 'detached' });
  await page.context().close();
});

test('a key is made; its secret is shown once; it is rotated and revoked', async () => {
  const page = await here.as('robin');
  await page.goto('/keys');
  await page
    .getByRole('row', { name: /studio-widget-2024/ })
    .getByText('Revoked')
    .waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('textbox', { name: /^Title/ }).fill('Night import');
  await axe(page);
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make the key' }).click();
  const once = page.getByRole('dialog', { name: 'The secret of Night import' });
  await expect.poll(() => once.getByRole('textbox', { name: 'Secret' }).inputValue()).toMatch(/^ambit_sk_/);
  await axe(page);
  await once.getByRole('button', { name: 'Close' }).last().click();
  await page.waitForURL('**/keys/night-import');
  await page.getByText('Who answers for it').waitFor();
  await page.getByRole('link', { name: 'Robin Okafor' }).waitFor();
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByRole('button', { name: 'Look at what it does' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await page
    .getByRole('dialog', { name: 'The secret of Night import' })
    .getByRole('button', { name: 'Close' })
    .last()
    .click();
  await page.getByText('The secret before').waitFor();
  await page.getByRole('button', { name: 'What to do with Night import' }).click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('night-import');
  await agree(page, 'Revoke');
  await page.getByText('Revoked', { exact: true }).waitFor();
  await axe(page);
  await page.context().close();
});

test('a public key says which roles it may hold, and is refused the others', async () => {
  const page = await here.as('robin');
  await page.goto('/keys/studio-widget');
  await page.getByText('Everybody can read this key').waitFor();
  await page.getByRole('link', { name: 'Runtime Orders Configuration' }).waitFor();
  await page.getByRole('button', { name: 'Give a role' }).first().click();
  await pick(page, 'Where', 'studio', /^studio instance:studio$/);
  await page.getByRole('button', { name: /Why not the other/ }).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'customizer/administrator' })
    .getByText(/public/)
    .waitFor();
  await axe(page);
  await page.context().close();
});

test('an instance admin sees the people of the instance, and may give only what reaches there', async () => {
  const page = await here.as('ivan');
  await page.goto('/people');
  await page.getByRole('row', { name: /Ulrich Stone/ }).waitFor();
  expect(await page.getByRole('row', { name: /Edgar Moss/ }).count()).toBe(0);
  await axe(page);
  await page.goto('/people/ulrich');
  await page.getByRole('button', { name: 'Give a role' }).first().click();
  await page.getByRole('radio', { name: 'ISC_ContentEditor' }).waitFor();
  const where = page.getByRole('textbox', { name: 'Where' });
  await where.click();
  await where.fill('shop-eu');
  await page.getByText('Nothing found').waitFor();
  await pick(page, 'Where', 'commerce', /product:commerce/);
  await page.getByText('There is no such role that you may give at this place.').waitFor();
  await axe(page);
  await pick(page, 'Where', 'shop-us', /instance:shop-us/);
  await page.getByRole('button', { name: /Why not the other/ }).click();
  const vendor = page.getByRole('listitem').filter({ hasText: 'commerce/ISC_System' });
  await vendor.getByText(/given only by its holders/).waitFor();
  await axe(page);
  await page.goto('/people/edgar');
  await page.getByText('there is nothing here, or nothing that you may see').waitFor();
  await page.context().close();
});

test('what an instance admin may not do is refused with the rule and what to do instead', async () => {
  const page = await here.as('ivan');
  await page.goto('/people?q=adam');
  await page.getByRole('checkbox', { name: 'Choose Adam Fischer' }).check();
  await page.getByRole('button', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog', { name: 'Suspend 1 person' });
  await dialog.getByText('Refused for 1 person').waitFor();
  expect(await dialog.getByRole('button', { name: 'Suspend' }).isDisabled()).toBe(true);
  await axe(page);
  await page.goto('/people/adam');
  await page.getByRole('button', { name: 'What to do with Adam Fischer' }).click();
  await page.getByRole('menuitem', { name: 'Suspend' }).click();
  const alert = page.getByRole('dialog').getByRole('alert');
  await alert.getByText(/^Rule: /).waitFor();
  await axe(page);
  await page.context().close();
});

test('an instance admin invites into the instance', async () => {
  const page = await here.as('ivan');
  await page.goto('/invitations?invite=true');
  await page.getByRole('textbox', { name: /^E-mail/ }).fill('kit@brightwater.example');
  await page.getByRole('button', { name: 'Add a role' }).click();
  await page.getByRole('radio', { name: 'ISC_User' }).check();
  await page.getByRole('button', { name: 'Add this role' }).click();
  await page.getByText('user:kit holds commerce/ISC_User at instance:shop-us').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('dialog', { name: 'kit is invited' }).waitFor();
  await page.context().close();
});

test('whoever administers nothing sees only themselves, and nothing to change', async () => {
  const page = await here.as('jo');
  await page.goto('/people/jo');
  await page.getByRole('heading', { level: 1, name: 'Jo Rivers' }).waitFor();
  expect(await page.getByRole('button', { name: 'Give a role' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /What to do with/ }).count()).toBe(0);
  await axe(page);
  await page.goto('/people');
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
  await page.getByRole('row', { name: /Jo Rivers/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  expect(await page.getByRole('link', { name: 'Invite' }).count()).toBe(0);
  expect(await page.getByRole('checkbox').count()).toBe(0);
  await axe(page);
  await page.context().close();
});

test('the past offers nothing to change', async () => {
  const page = await here.as('robin');
  await page.goto('/people/otto?as_of=1');
  await page.getByRole('table', { name: 'Roles in Configured Commerce' }).waitFor();
  expect(await page.getByRole('button', { name: 'Give a role' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /What to do with/ }).count()).toBe(0);
  await axe(page);
  await page.context().close();
});

test('a request is decided by whom it concerns, and the others are told why not', async () => {
  const file = (order: string) =>
    here.api('POST', `${ORG}/approvals`, {
      subject: { type: 'user', id: 'bruno' },
      action: { name: 'orders.place' },
      resource: { type: 'commerce/customer', id: 'harbour-hotels' },
      context: { amount: order, currency: 'GBP' },
    });
  await file('120.00');
  await file('75.50');
  const robin = await here.as('robin');
  await robin.goto('/approvals');
  const item = robin.getByRole('listitem').filter({ hasText: '£120.00' });
  await item.getByText(/Not yours to decide/).waitFor();
  await axe(robin);
  await robin.context().close();
  const hana = await here.as('hana');
  await hana.goto('/approvals');
  await hana
    .getByRole('listitem')
    .filter({ hasText: '£120.00' })
    .getByRole('button', { name: 'Approve' })
    .click();
  await hana.getByRole('listitem').filter({ hasText: '£120.00' }).waitFor({ state: 'detached' });
  await axe(hana);
  await hana.getByText('Decided', { exact: true }).click();
  await hana.getByRole('listitem').filter({ hasText: '£120.00' }).getByText('Approved').waitFor();
  await axe(hana);
  await hana.context().close();
  const bruno = await here.as('bruno');
  await bruno.goto('/approvals');
  await bruno.getByRole('button', { name: 'Withdraw' }).click();
  await bruno.getByRole('heading', { name: 'Nothing waits for an answer' }).waitFor();
  await axe(bruno);
  await bruno.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
