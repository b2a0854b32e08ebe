/** The account: what one holds and administers, sessions, the password, how it looks; and what a sign-in page offers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axe } from './axe';
import { type World, world } from './world';

const PASSWORD = 'three small boats at anchor';
let here: World;
beforeAll(async () => {
  here = await world();
});
afterAll(async () => {
  await here.end();
});

test('Ivan sees his roles and what he administers, ends a session elsewhere, and changes his password', async () => {
  const page = await here.as('ivan');
  const elsewhere = await here.browser.newContext({ baseURL: here.at, userAgent: 'Firefox/140.0 (Windows)' });
  const entered = await elsewhere.request.post('/v1/sign-in', { data: { user: 'ivan', password: PASSWORD } });
  expect(entered.ok()).toBe(true);
  await page.goto('/account');
  const roles = page.getByRole('region', { name: 'My roles' });
  await roles.getByText('Instance Admin').waitFor();
  await roles.getByText('given to you directly').first().waitFor();
  const authority = page.getByRole('region', { name: 'What I may administer' });
  await authority.getByText('shop-us').waitFor();
  await authority.getByText('give roles', { exact: true }).first().waitFor();
  await axe(page);
  const sessions = page.getByRole('region', { name: 'Where I am signed in' });
  await sessions.getByRole('button', { name: 'End: Firefox, Windows' }).click();
  await sessions.getByText('Firefox, Windows').waitFor({ state: 'detached' });
  expect((await elsewhere.request.get('/v1/session')).status()).toBe(401);
  const password = page.getByRole('region', { name: 'Password' });
  await password.getByRole('textbox', { name: 'Your password now' }).fill('not that one at all');
  await password.getByRole('textbox', { name: 'New password' }).fill('seven calm harbours');
  await password.getByRole('textbox', { name: 'The same password again' }).fill('seven calm harbours');
  await password.getByRole('button', { name: 'Change the password' }).click();
  await password.getByRole('alert').waitFor();
  await password.getByRole('textbox', { name: 'Your password now' }).fill(PASSWORD);
  await password.getByRole('button', { name: 'Change the password' }).click();
  await password.getByText('Your password is changed').waitFor();
  await elsewhere.close();
  await page.context().close();
});

test('signing out everywhere leads to the door, which offers what this server has', async () => {
  const page = await here.as('edgar', { language: 'de-DE', width: 390 });
  await page.goto('/account');
  await page.getByRole('region', { name: 'Was ich verwalte' }).waitFor();
  await axe(page);
  await page.getByRole('button', { name: 'Überall abmelden, auch hier' }).click();
  await page.getByRole('heading', { name: 'Bei Ambit anmelden' }).waitFor();
  await page.getByRole('textbox', { name: 'Passwort' }).waitFor();
  expect(await page.getByLabel('Organisation').count(), 'there is only one').toBe(0);
  expect(await page.getByRole('link', { name: /Anmelden mit/ }).count(), 'no provider is set up').toBe(0);
  await axe(page);
  await page.context().close();
});

test('no page has complained', () => {
  expect(here.complaints).toEqual([]);
});
