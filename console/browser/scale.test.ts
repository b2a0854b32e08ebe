/**
 * A hundred thousand people in a list, the size of the first load, and how deep requests wait for one another. Speed is
 * compared with the same list of the demo in the same run, never with a clock.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { type World, world } from './world';

let here: World;
beforeAll(async () => {
  here = await world();
}, 240_000);
afterAll(async () => {
  await here.end();
});

const grid = (page: Page) => page.getByRole('grid', { name: 'People' });

/** Scrolls a table by so much in every frame, and tells the median and the worst time between two frames. */
async function scrolled(page: Page, frames: number) {
  return grid(page).evaluate(async (table, count) => {
    const times: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < count; frame += 1) {
      table.scrollTop = frame % 2 === 0 ? (frame * 97) % 1500 : (frame * 61) % 1500;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    times.sort((a, b) => a - b);
    const at = (part: number) => times[Math.floor(part * (times.length - 1))] ?? 0;
    return { median: at(0.5), slow: at(0.95) };
  }, frames);
}

/** Scrolls to the end of what is there until so many rows were read. */
async function readOn(page: Page, rows: number): Promise<number> {
  let height = 0;
  await expect
    .poll(
      async () => {
        height = await grid(page).evaluate((table) => {
          table.scrollTop = table.scrollHeight;
          return table.querySelector<HTMLElement>('.data-body')?.offsetHeight ?? 0;
        });
        return height / 46;
      },
      { timeout: 100_000, interval: 50 },
    )
    .toBeGreaterThan(rows);
  return height / 46;
}

test('a hundred thousand people scroll like fifty, and only the rows in sight are there', async () => {
  const page = await here.as('robin');
  await page.goto('/people');
  await page.getByRole('row', { name: /Robin Okafor/ }).waitFor();
  const few = await scrolled(page, 120);
  here.crowd(100_000);
  let total = 0;
  // Another process has written: the server looks for that by itself.
  await expect
    .poll(
      async () => {
        const { counts } = (await here.api('GET', '/v1/orgs/brightwater')) as { counts: { users: number } };
        total = counts.users;
        return total;
      },
      { timeout: 100_000 },
    )
    .toBeGreaterThan(100_000);
  await page.goto('/people');
  await page.getByRole('row', { name: /Robin Okafor/ }).waitFor();
  const read = await readOn(page, 3_000);
  const many = await scrolled(page, 120);
  const present = await page.getByRole('row').count();
  process.stdout.write(
    `scrolling: ${few.median.toFixed(1)} ms a frame with the demo, ${many.median.toFixed(1)} ms with ${read} of ${total} rows read; the slowest twentieth ${few.slow.toFixed(1)} and ${many.slow.toFixed(1)} ms; ${present} rows present\n`,
  );
  expect(present).toBeLessThan(80);
  expect(many.median / few.median).toBeLessThan(2);
  await axe(page);
  await page.getByRole('textbox', { name: 'Find by name, e-mail or id' }).fill('p077777');
  await page.getByRole('row', { name: /p077777/ }).waitFor();
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.context().close();
});

test('the first load is less than 350 kB of compressed script', async () => {
  const page = await here.as('robin');
  let bytes = 0;
  const sizes: Promise<void>[] = [];
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.endsWith('.js')) return;
    expect(response.headers()['content-encoding']).toBe('gzip');
    sizes.push(
      response
        .request()
        .sizes()
        .then((size) => {
          bytes += size.responseBodySize;
        }),
    );
  });
  await page.goto('/people');
  await page.getByRole('row', { name: /Robin Okafor/ }).waitFor();
  await page.waitForLoadState('load');
  await Promise.all(sizes);
  process.stdout.write(`the first load: ${(bytes / 1000).toFixed(0)} kB of compressed script\n`);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(350_000);
  await page.context().close();
});

const SCREENS = [
  '/products',
  '/people',
  '/people/edgar',
  '/groups/editors',
  '/keys',
  '/roles',
  '/roles/commerce/ISC_ContentEditor',
  '/where?at=commerce/website:uk',
  '/matrix?product=pim',
  '/why?subject=user:edgar&permission=commerce/pages.publish&resource=commerce/page:uk-home',
  '/see-as?product=commerce&subject=user:edgar&resource=commerce/page:uk-home',
  '/history',
];

/**
 * What a request waited for: the requests that had been answered when it was sent. Who I am is the first generation; what a
 * page is about the second; names and rows of what came then may follow, and nothing after that holds back the page.
 */
test.each(SCREENS)('%s is there after two rounds of questions', async (address) => {
  const page = await here.as('robin');
  const started = new Map<string, number>();
  const rounds: { url: string; round: number; end: number; start: number }[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/') && !request.url().includes('/stream'))
      started.set(request.url(), performance.now());
  });
  page.on('requestfinished', (request) => {
    const start = started.get(request.url());
    if (start === undefined) return;
    const before = rounds.filter((one) => one.end <= start);
    const round = 1 + Math.max(0, ...before.map((one) => one.round));
    rounds.push({ url: request.url(), round, start, end: performance.now() });
  });
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('status', { name: 'Loading' }).last().waitFor({ state: 'detached' });
  const names = (url: string) => /\/names\?|limit=1000$/.test(url);
  const late = rounds.filter((one) => one.round > 2 && !names(one.url)).map((one) => one.url);
  process.stdout.write(
    `${address}: ${rounds.length} requests, ${Math.max(...rounds.map((one) => one.round))} rounds\n`,
  );
  expect(late).toEqual([]);
  await page.context().close();
});
