/** Pictures of every screen, for the README and for looking at them: `npm run screenshots`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type World, world } from './world';

const FOLDER = join(import.meta.dirname, '../../docs/screenshots');
const ORG = '/v1/orgs/brightwater';

/** What is shown, as whom, and where. */
const SCREENS: [name: string, who: string, at: string][] = [
  ['products', 'robin', '/products'],
  ['product', 'robin', '/products/commerce'],
  ['people', 'robin', '/people'],
  ['person', 'robin', '/people/edgar'],
  ['groups', 'robin', '/groups'],
  ['group', 'robin', '/groups/editors'],
  ['invitations', 'robin', '/invitations'],
  ['keys', 'robin', '/keys'],
  ['key', 'robin', '/keys/studio-widget'],
  ['roles', 'robin', '/roles'],
  ['role', 'robin', '/roles/commerce/ISC_ContentEditor'],
  ['role-edit', 'robin', '/roles/constructor/na_team/edit'],
  ['roles-compare', 'robin', '/roles/compare?first=pim/PIM_Manager&second=pim/PIM_Merchandiser'],
  ['role-new', 'robin', '/roles/new?product=constructor'],
  ['where', 'robin', '/where?at=commerce%2Fwebsite%3Auk'],
  ['matrix', 'robin', '/matrix?product=commerce'],
  [
    'why',
    'robin',
    '/why?subject=user%3Aedgar&permission=commerce%2Fpages.publish&resource=commerce%2Fpage%3Auk-home',
  ],
  ['see-as', 'robin', '/see-as?product=commerce&subject=user%3Aedgar&resource=commerce%2Fpage%3Auk-home'],
  ['approvals', 'boris', '/approvals'],
  ['history', 'robin', '/history'],
  ['health', 'robin', '/health'],
  ['account', 'ivan', '/account'],
  ['help', 'robin', '/help'],
  ['help-topic', 'robin', '/help/why'],
];

const LOOKS = [
  ['light', {}],
  ['dark', { dark: true }],
  ['narrow', { width: 390, height: 844 }],
] as const;

test.skipIf(process.env.SCREENSHOTS !== '1')(
  'pictures of every screen',
  async () => {
    mkdirSync(FOLDER, { recursive: true });
    const here = await world();
    try {
      await prepare(here);
      for (const [look, options] of LOOKS) {
        await door(here, look, options);
        for (const who of new Set(SCREENS.map((screen) => screen[1]))) {
          const page = await here.as(who, options);
          for (const [name, , at] of SCREENS.filter((screen) => screen[1] === who)) {
            await page.goto(at);
            await settled(page);
            await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
          }
          await page.context().close();
        }
      }
      expect(here.complaints).toEqual([]);
    } finally {
      await here.end();
    }
  },
  600_000,
);

/** Some days of an organization, so that there is something to see. */
async function prepare({ api }: World): Promise<void> {
  const soon = (days: number) =>
    new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  await api('POST', `${ORG}/assignments`, {
    assignments: [
      { subject: 'user:vic', role: 'odp/analyst', scope: 'instance:customer-data', expires: soon(5) },
      { subject: 'user:emily', role: 'odp/analyst', scope: 'instance:customer-data', expires: soon(24) },
      { subject: 'user:emil', role: 'odp/analyst', scope: 'instance:customer-data', expires: soon(61) },
    ],
  });
  for (const [id, name] of [
    ['nina', 'Nina Holm'],
    ['tobias', 'Tobias Frey'],
  ])
    await api('POST', `${ORG}/invitations`, {
      email: `${id}@brightwater.example`,
      name,
      assignments: [{ role: 'commerce/ISC_User', scope: 'instance:shop-eu' }],
    });
  for (const amount of ['900.00', '1450.00'])
    await api('POST', `${ORG}/approvals`, {
      subject: { type: 'user', id: 'bea' },
      action: { name: 'orders.place' },
      resource: { type: 'commerce/customer', id: 'harbour-hotels' },
      context: { amount, currency: 'GBP' },
    });
}

/** The page before anybody has signed in. */
async function door(
  { browser, at }: World,
  look: string,
  options: { dark?: boolean; width?: number; height?: number },
): Promise<void> {
  const context = await browser.newContext({
    baseURL: at,
    viewport: { width: options.width ?? 1280, height: options.height ?? 860 },
    colorScheme: options.dark ? 'dark' : 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByRole('textbox').first().waitFor();
  await page.screenshot({ path: join(FOLDER, `sign-in-${look}.png`) });
  await context.close();
}

/** Everything that was asked for is there, and nothing says that it loads. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const busy = page
    .locator('main .mantine-Loader-root, main .mantine-Skeleton-root')
    .filter({ visible: true });
  await expect
    .poll(
      async () => {
        if ((await busy.count()) > 0) return false;
        await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 1000 })));
        return (await busy.count()) === 0;
      },
      { timeout: 15_000, interval: 150 },
    )
    .toBe(true);
}
