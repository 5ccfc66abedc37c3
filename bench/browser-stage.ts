import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext } from '@playwright/test';
import type { Quickstart } from '@apigate/e2e/fixtures/apigate';
import { adminClient, fillWithContent, type Content } from '@apigate/e2e/fixtures/content';
import type { Viewer } from '@apigate/e2e/fixtures/pages';
import { signInAs } from '@apigate/e2e/fixtures/sign-in';
import config from '@apigate/e2e/playwright.config';
import { requirePrograms } from '../tooling/programs.ts';
import { pinOurselves } from './placement.ts';
import { run, serve } from './programs.ts';
import { freePort, waitUntilReady } from './ready.ts';

const checkout = path.resolve(import.meta.dirname, '..');
const window = { width: 1280, height: 800 };

/** The whole system with the built web app and many users, and a browser to look at it with. */
export interface BrowserStage extends AsyncDisposable {
  content: Content;
  /** A signed-in window with an empty cache. */
  openWindow: (who: Viewer) => Promise<BrowserContext>;
}

/** Starts `apigate serve` with an empty data dir, fills it, and starts a browser; all of them may run on any processor. */
export async function openBrowserStage(dir: string, users: number): Promise<BrowserStage> {
  await requirePrograms(['chromium']);
  await using opening = new AsyncDisposableStack();
  await pinOurselves('anywhere');
  opening.defer(() => pinOurselves('generator'));
  const dataDir = path.join(dir, 'browser');
  const [port, proxyPort] = [await freePort(), await freePort()];
  opening.use(
    await serve([process.execPath, path.join(checkout, 'apps/cli/src/main.ts'), 'serve'], {
      APIGATE_DATA_DIR: dataDir,
      APIGATE_PORT: String(port),
      APIGATE_PROXY_PORT: String(proxyPort),
    }),
  );
  await waitUntilReady(`http://localhost:${port}/readyz`);
  await waitUntilReady(`http://localhost:${proxyPort}/_apigate/readyz`);
  const made: Quickstart = JSON.parse(
    await readFile(path.join(dataDir, 'quickstart.json'), 'utf8'),
  );
  const content = await fillWithContent(made, await adminClient(made));
  const seed = [process.execPath, path.join(checkout, 'bench/seed.ts')];
  const amount = ['--users', String(users), '--events', String(users)];
  await run([...seed, ...amount], { APIGATE_DATA_DIR: dataDir });

  const browser = await chromium.launch({ ...config.use?.launchOptions, handleSIGINT: false });
  opening.defer(() => browser.close());
  const signedIn = new Map<Viewer, Awaited<ReturnType<BrowserContext['storageState']>>>();
  const opened = opening.move();
  return {
    content,
    openWindow: async (who) => {
      const storageState = signedIn.get(who) ?? (await signedInState(browser, made, who));
      signedIn.set(who, storageState);
      return browser.newContext({ baseURL: made.apiUrl, viewport: window, storageState });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function signedInState(browser: Browser, made: Quickstart, who: Viewer) {
  await using context = await browser.newContext();
  await signInAs(context, made, who);
  return await context.storageState();
}
