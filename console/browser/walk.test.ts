/**
 * Ten things that people who administer access do, each from the start page, with what it costs: clicks (also a key that
 * stands for one) and fields that are typed into. More than written here is a step back.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, world } from './world';

let here: World;
beforeAll(async () => {
  here = await world();
  await here.api('POST', '/v1/orgs/brightwater/users/edgar/suspend', {});
});
afterAll(async () => {
  await here.end();
});

/** Somebody at work, who counts. */
class Walker {
  clicks = 0;
  fields = 0;

  constructor(readonly page: Page) {}

  async click(what: Locator) {
    this.clicks += 1;
    await what.click();
  }

  async type(into: Locator, text: string) {
    this.fields += 1;
    await into.fill(text);
  }

  /** A place in the navigation. */
  go = (place: string) =>
    this.click(this.page.getByRole('navigation').getByRole('link', { name: place, exact: true }));

  async pick(field: string, typed: string, option: RegExp) {
    await this.type(this.page.getByLabel(field, { exact: true }).first(), typed);
    await this.click(this.page.getByRole('option', { name: option }).first());
  }
}

/** The task is done within so many clicks and fields. */
function walk(task: string, clicks: number, fields: number, steps: (walker: Walker) => Promise<void>) {
  test(`${task}: ${clicks} clicks, ${fields} fields`, async () => {
    const page = await here.as('robin');
    await page.goto('/');
    await page.getByRole('heading', { level: 1 }).waitFor();
    const walker = new Walker(page);
    await steps(walker);
    await page.context().close();
    expect({ clicks: walker.clicks, fields: walker.fields }).toEqual({ clicks, fields });
  });
}

walk('invite an Instance Admin', 6, 2, async (at) => {
  const { page } = at;
  await at.go('Invitations');
  await at.click(page.getByRole('button', { name: 'Invite' }).first());
  await at.type(page.getByRole('textbox', { name: /^E-mail/ }), 'ines@brightwater.example');
  await at.click(page.getByRole('button', { name: 'Add a role' }));
  await at.type(page.getByRole('textbox', { name: 'Where' }), 'shop-us');
  await page
    .getByRole('option', { name: /shop-us/ })
    .first()
    .click();
  await at.click(page.getByRole('radio', { name: 'Instance Admin' }));
  await at.click(page.getByRole('button', { name: 'Add this role' }));
  await at.click(page.getByRole('dialog').getByRole('button', { name: 'Invite' }));
  await page.getByRole('dialog', { name: /ines.*is invited/ }).waitFor();
});

walk('find who can publish in Germany', 4, 2, async (at) => {
  const { page } = at;
  await at.go('Where');
  await at.type(page.getByRole('textbox', { name: 'Find a place' }), 'de');
  await at.click(page.getByRole('treeitem', { name: 'de, website', exact: true }).getByText('de').first());
  await at.click(page.getByRole('tab', { name: 'Who can…?' }));
  await at.pick('Who can do this here?', 'publish page', /Publish page/);
  await page.getByRole('grid', { name: 'Who can…?' }).getByRole('link', { name: 'Piers Hart' }).waitFor();
});

walk('why is this button grey, and mend it', 7, 3, async (at) => {
  const { page } = at;
  await at.go('Why?');
  await at.pick('Who', 'emily', /Emily/);
  await at.click(page.getByRole('button', { name: 'Content Management System' }));
  await at.pick('What', 'edit content', /^Edit content/);
  await at.pick('On what', 'de-news', /de-news/);
  await page.getByRole('heading', { level: 2, name: /Emily Stokes may not/ }).waitFor();
  await at.click(page.getByRole('button', { name: /^Look at it and do it/ }).first());
  await at.click(page.getByRole('dialog').getByRole('button', { name: 'Do it' }));
  await page.getByRole('heading', { level: 2, name: /Emily Stokes may do/ }).waitFor();
});

walk('what did somebody do today, and undo it', 4, 0, async (at) => {
  const { page } = at;
  await at.go('History');
  await at.click(page.getByRole('button', { name: 'Today' }));
  const entry = page
    .getByRole('listitem')
    .filter({ hasText: 'Edgar Moss was added or changed: suspended' })
    .first();
  await at.click(entry.getByRole('button', { name: /^Undo entry/ }));
  await at.click(page.getByRole('dialog').getByRole('button', { name: 'Undo' }));
  await page.getByText('Done', { exact: true }).waitFor();
});

walk('make the Nordic Team role, editing one index', 6, 1, async (at) => {
  const { page } = at;
  await at.go('Roles');
  await at.click(page.getByRole('link', { name: 'Create role' }));
  await at.click(page.getByRole('combobox', { name: 'For which product?' }));
  await at.click(page.getByRole('option', { name: 'Constructor' }));
  await at.type(page.getByRole('textbox', { name: 'Name', exact: true }), 'Nordic Team');
  const grid = page.getByRole('grid', { name: 'Index × features' });
  await at.click(grid.getByRole('checkbox', { name: /^Edit Collections, germany:/ }));
  await at.click(page.getByRole('button', { name: 'Look at it and create' }));
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'Nordic Team' }).waitFor();
});

walk('who has seats that run out', 1, 0, async (at) => {
  await at.go('Health');
  await at.page
    .getByRole('region', { name: 'Seats that run out' })
    .getByRole('img', { name: /of \d+ seats/ })
    .first()
    .waitFor();
});

walk('suspend somebody, seeing what is lost', 4, 1, async (at) => {
  const { page } = at;
  at.clicks += 1;
  await page.keyboard.press('Control+k');
  await at.type(page.getByPlaceholder('A name, a role'), 'carla');
  await page.getByText('carla@brightwater.example', { exact: true }).waitFor();
  at.clicks += 1;
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Carla Jones' }).waitFor();
  await at.click(page.getByRole('button', { name: /^What to do with/ }));
  await at.click(page.getByRole('menuitem', { name: 'Suspend' }));
  await page
    .getByRole('dialog')
    .getByText(/permissions? lost/)
    .waitFor();
});

walk('what could everybody do a month ago', 2, 0, async (at) => {
  const { page } = at;
  await at.click(page.getByRole('button', { name: 'Look at another day' }));
  await at.click(page.getByRole('button', { name: '30 days ago' }));
  await page.getByText(/You are looking at the past/).waitFor();
});

walk('give a role to somebody, and take it back', 6, 2, async (at) => {
  const { page } = at;
  await at.go('People');
  await at.type(page.getByRole('textbox', { name: 'Find by name, e-mail or id' }), 'rivers');
  await at.click(page.getByRole('link', { name: 'Jo Rivers' }));
  await at.click(page.getByRole('button', { name: 'Give a role' }).first());
  await at.type(page.getByRole('textbox', { name: 'Where' }), 'shop-us');
  await page
    .getByRole('option', { name: /shop-us/ })
    .first()
    .click();
  await at.click(page.getByRole('radio', { name: 'ISC_User' }));
  await at.click(page.getByRole('button', { name: 'Look at what it does' }));
  await page.getByRole('dialog').getByRole('button', { name: 'Give the role' }).click();
  await at.click(page.getByRole('alert').getByRole('button', { name: 'Undo' }));
  await page.getByText('Undone:').waitFor();
});

walk('what somebody else’s screen shows', 3, 1, async (at) => {
  const { page } = at;
  await at.go('People');
  await at.type(page.getByRole('textbox', { name: 'Find by name, e-mail or id' }), 'emily');
  await at.click(page.getByRole('link', { name: 'Emily Stokes' }));
  await page.getByRole('heading', { level: 1, name: 'Emily Stokes' }).waitFor();
  await at.click(page.getByRole('link', { name: 'See as', exact: true }).last());
  await page.waitForURL(/see-as\?.*subject=user(:|%3A)emily/);
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
