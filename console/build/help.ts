/** The help pages, `docs/help/<language>/<topic>.md`, as modules: turned into HTML when the console is built. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { marked } from 'marked';
import type { Plugin } from 'vite';

const FOLDER = new URL('../../docs/help', import.meta.url).pathname;
const PREFIX = 'virtual:help/';

export function help(): Plugin {
  return {
    name: 'help',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      const folder = join(FOLDER, id.slice(PREFIX.length + 1));
      const pages = readdirSync(folder)
        .filter((file) => file.endsWith('.md'))
        .map((file) => {
          this.addWatchFile(join(folder, file));
          return [basename(file, '.md'), page(readFileSync(join(folder, file), 'utf8'))] as const;
        });
      return `export default ${JSON.stringify(Object.fromEntries(pages))};`;
    },
  };
}

/** The first line is the title. Links to other topics become links inside of the console. */
function page(source: string): { title: string; html: string } {
  const [first = '', ...rest] = source.split('\n');
  const html = marked.parse(rest.join('\n'), { async: false });
  return {
    title: first.replace(/^#\s*/, ''),
    html: html.replaceAll(/href="([a-z-]+)\.md"/g, 'href="/help/$1"'),
  };
}
