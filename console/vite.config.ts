import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';
import { help } from './build/help.ts';

/** Beside every script and style sheet its packed form, so that the server packs nothing. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    // Of the files as they are written: what stands in the bundle before is not yet what browsers get.
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css|svg)$/.test(file))) {
        writeFileSync(join(dir, `${name}.gz`), gzipSync(readFileSync(join(dir, name)), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), help(), packed()],
  resolve: { alias: { '~': new URL('./src', import.meta.url).pathname } },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8420', '/docs': 'http://127.0.0.1:8420' } },
});
