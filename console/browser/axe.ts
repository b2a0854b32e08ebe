/** What the accessibility rules say about a page: WCAG 2.0 to 2.2, levels A and AA. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with every violation, where it is and what is wrong. */
export async function axe(page: Page): Promise<void> {
  // A menu that is just closing is not what anybody looks at.
  await expect.poll(() => page.locator('[role="menu"]').filter({ visible: true }).count()).toBe(0);
  // Not as a script element: the page's policy would refuse it.
  await page.evaluate(source);
  const results = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run: (on: Document, how: object) => Promise<AxeResults> } }).axe.run(
        document,
        { runOnly: tags, resultTypes: ['violations'] },
      ),
    TAGS,
  );
  const told = results.violations.map(
    (one) =>
      `${one.id}: ${one.help}\n${one.nodes
        .slice(0, 4)
        .map((node) => `    ${node.target.join(' ')}: ${node.failureSummary?.replaceAll('\n', ' ')}`)
        .join('\n')}`,
  );
  expect(told, page.url()).toEqual([]);
}
