/** The main stories with the keyboard alone. Where the focus is can always be seen, and it is never lost. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, world } from './world';

let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(async () => {
  await here.end();
});

/** What has the focus, and whether one sees that it has. */
async function focused(page: Page): Promise<{ name: string; tag: string; seen: boolean }> {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement)) return { name: '', tag: '', seen: false };
    // A field may show it on the box around it.
    const boxes = [at, at.parentElement, at.nextElementSibling].filter((one) => one !== null);
    const seen = boxes.some((box) => {
      const style = getComputedStyle(box);
      const outlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1;
      return outlined || style.boxShadow !== 'none';
    });
    const field = at.matches('input, textarea, select');
    if (at === document.body) return { name: 'nothing', tag: 'BODY', seen: false };
    return {
      name: (at.getAttribute('aria-label') ?? at.textContent ?? '').trim(),
      tag: at.tagName,
      seen: seen || field,
    };
  });
}

/** Goes on with Tab until something of this name has the focus; on the way, the focus is always to be seen. */
async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  const met: string[] = [];
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    expect(at.seen, `the focus on ${at.tag} “${at.name}” cannot be seen`).toBe(true);
    met.push(at.name);
    if (name.test(at.name)) return;
  }
  throw new Error(`${name} was not reached; met: ${met.join(' | ')}`);
}

test('the first Tab offers the content, and leads there', async () => {
  const page = await here.as('robin');
  await page.goto('/people');
  await page.getByRole('grid').waitFor();
  await page.keyboard.press('Tab');
  expect((await focused(page)).name).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
  await page.context().close();
});

test('another page begins at its heading, and says its name', async () => {
  const page = await here.as('robin');
  await page.goto('/people');
  await page.getByRole('grid').waitFor();
  for (const [key, name] of [
    ['r', 'Roles'],
    ['h', 'History'],
    ['t', 'Health of access'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await expect
      .poll(() =>
        page.evaluate(() => document.activeElement?.tagName + (document.activeElement?.textContent ?? '')),
      )
      .toContain(`H1${name}`);
    await expect.poll(() => page.locator('#page-said').innerText()).toContain(name);
  }
  await page.context().close();
});

test('finding a person, opening them, beginning to give a role, and leaving it', async () => {
  const page = await here.as('robin');
  await page.goto('/products');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').waitFor();
  await page.keyboard.type('edgar');
  await page.getByText('edgar@brightwater.example', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/people/edgar');
  await page.getByRole('button', { name: /role/i }).first().waitFor();
  await tabTo(page, /^(Give|Assign|Add).*role/i);
  const before = (await focused(page)).name;
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null))
    .toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(async () => (await focused(page)).name).toBe(before);
  await page.context().close();
});

test('rows of a list: down, choose, open, and back', async () => {
  const page = await here.as('robin');
  await page.goto('/people');
  await page.locator('[data-row="3"]').waitFor();
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe('2');
  expect((await focused(page)).seen).toBe(true);
  await page.keyboard.press('Space');
  await page.locator('[data-row="2"][aria-selected="true"]').waitFor();
  await page.keyboard.press('End');
  await expect
    .poll(() => page.evaluate(() => Number(document.activeElement?.getAttribute('data-row'))))
    .toBeGreaterThan(40);
  await page.keyboard.press('Home');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe('0');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/people\/[a-z-]+/);
  await page.goBack();
  await page.locator('[data-row="0"]').waitFor();
  await page.context().close();
});

test('the tree of places: down, and open', async () => {
  const page = await here.as('robin');
  await page.goto('/where');
  const items = page.getByRole('treeitem');
  await items.first().waitFor();
  await tabTo(page, /./, 1);
  await items.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest('[role="treeitem"]') !== null))
    .toBe(true);
  const at = () =>
    page.evaluate(() => document.activeElement?.closest('[role="treeitem"]')?.getAttribute('aria-expanded'));
  await page.keyboard.press('ArrowRight');
  await expect.poll(at).toBe('true');
  expect((await focused(page)).seen).toBe(true);
  await page.context().close();
});

test('Escape closes help and the palette, and gives the focus back', async () => {
  const page = await here.as('robin');
  await page.goto('/health');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('button', { name: 'What is this?' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Health of access' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await focused(page)).name).toBe('What is this?');
  await page.keyboard.press('/');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
