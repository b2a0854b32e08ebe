/**
 * A real server with the demo organization in a folder of its own, on a free port, and a real Chromium. `AMBIT` names the
 * program, `CHROMIUM` the browser.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const ROOT = new URL('../..', import.meta.url).pathname;
const AMBIT = process.env.AMBIT ?? join(ROOT, 'target/debug/ambit');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const CONSOLE = process.env.AMBIT_CONSOLE ?? join(ROOT, 'console/dist/app');
const PASSWORD = 'three small boats at anchor';

export interface World {
  /** The address of the server. */
  at: string;
  browser: Browser;
  /** A page of somebody of the demo who has signed in. */
  as: (
    user: string,
    options?: { width?: number; height?: number; dark?: boolean; language?: string },
  ) => Promise<Page>;
  /** Asks the API as the demo's key, which administers everything. */
  api: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Lets so many more people into the organization, as `ambit apply` does beside a running server. */
  crowd: (people: number) => void;
  /** The link that makes the first administrator. */
  setupLink: string;
  /** What policy or script complained about, on any page. */
  complaints: string[];
  end: () => Promise<void>;
}

export async function world(): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'ambit-console-'));
  const server = spawn(
    AMBIT,
    ['serve', '--demo', '--data', data, '--listen', '127.0.0.1:0', '--console', CONSOLE],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, AMBIT_LOG: 'warn' },
    },
  );
  const { at, setupLink } = await started(server);
  const key = readFileSync(join(data, 'demo.key'), 'utf8').trim();
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const complaints: string[] = [];
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(at + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  const states = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>();
  const as: World['as'] = async (user, options = {}) => {
    const context = await browser.newContext({
      baseURL: at,
      viewport: { width: options.width ?? 1280, height: options.height ?? 860 },
      colorScheme: options.dark ? 'dark' : 'light',
      locale: options.language ?? 'en-GB',
      reducedMotion: 'reduce',
      ...(states.has(user) ? { storageState: states.get(user) } : {}),
    });
    if (!states.has(user)) {
      await signIn(context, api, user);
      states.set(user, await context.storageState());
    }
    const page = await context.newPage();
    listen(page, complaints);
    return page;
  };
  const crowd: World['crowd'] = (people) => {
    const file = join(data, 'crowd.yaml');
    const most = { maxBuffer: 1 << 28 };
    writeFileSync(file, execFileSync(join(ROOT, 'scripts/crowd.sh'), [String(people)], most));
    execFileSync(AMBIT, ['apply', file, '--data', data], most);
  };
  const end = async () => {
    await browser.close();
    server.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  };
  return { at, browser, as, api, crowd, setupLink, complaints, end };
}

/** Whatever the page's console calls an error: a refused style or script, an exception, a file that is not there. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    // An answer that the page shows to its reader is no fault of the page.
    if (message.type() === 'error' && !/status of (4\d\d)/.test(text))
      complaints.push(`${page.url()}: ${text}`);
  });
}

/** A password is set with a link, as an administrator would send it; then the session begins. */
async function signIn(context: BrowserContext, api: World['api'], user: string): Promise<void> {
  const { link } = (await api('POST', `/v1/orgs/brightwater/users/${user}/reset-link`)) as { link: string };
  const token = link.split('#token=')[1];
  const answer = await context.request.post('/v1/password/reset', { data: { token, new: PASSWORD } });
  if (!answer.ok()) throw new Error(`${user} cannot sign in: ${await answer.text()}`);
}

async function started(server: ChildProcess): Promise<{ at: string; setupLink: string }> {
  if (!server.stderr) throw new Error('no output');
  let at = '';
  const said: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    said.push(line);
    at = /serves (http:\S+)/.exec(line)?.[1] ?? at;
    const setupLink = /set up \S+: (http\S+)/.exec(line)?.[1];
    if (setupLink) {
      server.stderr.resume();
      return { at, setupLink };
    }
  }
  throw new Error(`the server did not start:\n${said.join('\n')}`);
}
