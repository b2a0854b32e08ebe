/** Pictures of any address, for whoever works on a screen: `LOOK="robin /people /roles" npm run look`. */
import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { world } from './world';

const [user = '', ...addresses] = (process.env.LOOK ?? '').split(' ').filter(Boolean);
const folder = process.env.LOOK_AT ?? '/tmp/look';

test.skipIf(!user)('pictures', async () => {
  mkdirSync(folder, { recursive: true });
  const here = await world();
  try {
    for (const [index, address] of addresses.entries()) {
      const page = await here.as(user, {
        dark: process.env.DARK === '1',
        ...(process.env.NARROW === '1' ? { width: 390, height: 844 } : {}),
        ...(process.env.LANGUAGE_WANTED ? { language: process.env.LANGUAGE_WANTED } : {}),
      });
      await page.goto(address);
      await page.waitForLoadState('load');
      await page.waitForTimeout(1500);
      await page.screenshot({ path: `${folder}/${index}.png`, fullPage: process.env.WHOLE === '1' });
      await page.close();
    }
    expect(here.complaints).toEqual([]);
  } finally {
    await here.end();
  }
});
