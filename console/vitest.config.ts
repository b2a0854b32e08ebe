import { defineConfig } from 'vitest/config';
import { help } from './build/help.ts';

export default defineConfig({
  plugins: [help()],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'units', include: ['src/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // A browser on a busy machine takes its time; a failing test waits a little longer for it.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
