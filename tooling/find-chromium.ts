import { existsSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './run-tool.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Finds the browser for the end-to-end tests, and has Debian install it where it is missing and we may.
 * @throws Error with the reason when there is none.
 */
export async function findChromium(): Promise<string> {
  const found = look();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    throw new Error(
      'Chromium is missing, and only root can install it: apt-get install chromium, or set CHROMIUM_PATH.',
    );
  }
  console.log('Chromium is missing: installing it by apt-get');
  const options = { cwd: '/', env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const updated = await runTool('apt-get', ['update'], options);
  const packages = ['install', '-y', '--no-install-recommends', 'chromium'];
  const installed = updated.isGood ? await runTool('apt-get', packages, options) : updated;
  const path = look();
  if (path === undefined) throw new Error(`Chromium could not be installed:\n${installed.output}`);
  return path;
}

function look(): string | undefined {
  const set = process.env['CHROMIUM_PATH'];
  if (set) return set;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return places.find((place) => existsSync(place));
}
