import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('every package has a reason, and every reason a package', () => {
  const { dependencies, devDependencies } = JSON.parse(text('../package.json'));
  const used = [...Object.keys(dependencies), ...Object.keys(devDependencies)].sort();
  const section = text('../../docs/dependencies.md').split('## The console')[1]?.split('\n## ')[0] ?? '';
  const told = [...section.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap((row) =>
    (row[1] ?? '').split(', ').map((name) => name.replaceAll('`', '')),
  );
  expect(told.sort()).toEqual(used);
});

test('versions are exact, and the lock names no registry', () => {
  const { dependencies, devDependencies } = JSON.parse(text('../package.json'));
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^(npm:.+@)?\d+\.\d+\.\d+$/);
  expect(text('../package-lock.json')).not.toContain('"resolved"');
});
