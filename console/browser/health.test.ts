/** Health of access: findings with their counts, links to where they are mended, what somebody with less sight sees. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { type World, world } from './world';

const ORG = '/v1/orgs/brightwater';
let here: World;
beforeAll(async () => {
  here = await world();
  const soon = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  await here.api('POST', `${ORG}/assignments`, {
    assignments: [
      { subject: 'user:vic', role: 'odp/analyst', scope: 'instance:customer-data', expires: soon(3) },
      { subject: 'user:emily', role: 'odp/analyst', scope: 'instance:customer-data', expires: soon(60) },
    ],
  });
  const { items } = (await here.api('GET', `${ORG}/users?limit=60&status=active`)) as {
    items: { id: string }[];
  };
  const [pool] = ((await here.api('GET', `${ORG}/seat-pools`)) as { items: { free: number }[] }).items;
  const role = 'collaboration/experimentation_creator';
  const { items: held } = (await here.api('GET', `${ORG}/assignments?product=collaboration`)) as {
    items: { subject: string; scope: string }[];
  };
  const holders = new Set(held.map((one) => one.subject));
  const seated = items
    .map((user) => `user:${user.id}`)
    .filter((subject) => !holders.has(subject))
    .slice(0, pool?.free);
  await here.api('POST', `${ORG}/assignments`, {
    assignments: seated.map((subject) => ({ subject, role, scope: held[0]?.scope })),
  });
});
afterAll(async () => {
  await here.end();
});

test('Robin finds what needs a look, counted, and goes to where it is mended', async () => {
  const page = await here.as('robin');
  await page.goto('/health');
  const card = (name: string) => page.getByRole('region', { name });
  await card('Ending soon').getByText('in 7 days').waitFor();
  await expect.poll(() => card('Ending soon').locator('.finding-count').innerText()).toBe('2');
  expect(await card('Ending soon').getByRole('definition').allInnerTexts()).toEqual(['1', '1', '2']);
  await card('Seats that run out').getByText('Full', { exact: true }).waitFor();
  await card('Seats that run out')
    .getByRole('img', { name: /25 of 25 seats/ })
    .waitFor();
  await card('Roles that give nothing now').getByText('Otto').waitFor();
  await card('Never together').getByText('No product here declares').waitFor();
  await card('People without roles').getByText('Jo Rivers').waitFor();
  await axe(page);
  await card('People without roles').getByRole('link', { name: 'Show all in People' }).click();
  await page.waitForURL(/\/people\?without_roles=true/);
  await page.goBack();
  await card('Ending soon').getByRole('link', { name: /Vic/ }).click();
  await page.waitForURL('**/people/vic');
  await page.context().close();
});

test('one card that fails holds up no other, and can be tried again', async () => {
  const page = await here.as('robin');
  let fails = true;
  await page.route('**/seat-pools*', (route) =>
    fails ? route.fulfill({ status: 403, json: { code: 'no_authority', title: 'No' } }) : route.continue(),
  );
  let slow: (() => void) | undefined;
  const released = new Promise<void>((release) => {
    slow = release;
  });
  await page.route('**/review/dead-roles*', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto('/health');
  await page.getByRole('region', { name: 'People without roles' }).getByText('Jo Rivers').waitFor();
  await page.getByRole('status', { name: 'Roles to tidy up: looking…' }).waitFor();
  expect(await page.getByRole('region', { name: 'Seats that run out' }).count()).toBe(0);
  slow?.();
  const tidy = page.getByRole('region', { name: 'Roles to tidy up' });
  await tidy.getByRole('link', { name: 'Compare' }).first().click();
  await page.waitForURL(/\/roles\/compare\?first=/);
  await page.goBack();
  fails = false;
  await page.reload();
  await page.getByRole('region', { name: 'Seats that run out' }).waitFor();
  await page.context().close();
});

test('an administrator of one instance sees what is theirs', async () => {
  const page = await here.as('ivan');
  await page.goto('/health');
  const ending = page.getByRole('region', { name: 'Ending soon' });
  await ending.getByText('Nothing ends within the next 90 days').waitFor();
  await axe(page);
  expect(await page.getByText('Jo Rivers').count()).toBe(0);
  await page.context().close();
});

test('dark, German and narrow', async () => {
  const page = await here.as('robin', { dark: true, width: 390, language: 'de-DE' });
  await page.goto('/health');
  await page.getByRole('region', { name: 'Endet bald' }).getByText('in 7 Tagen').waitFor();
  await page.getByRole('region', { name: 'Plätze, die knapp werden' }).getByText('Voll').first().waitFor();
  await axe(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
