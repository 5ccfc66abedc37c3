import { existsSync } from 'node:fs';
import path from 'node:path';
import { requirePrograms } from './programs.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Finds the browser for the end-to-end tests, and has Debian install it where it is missing and we may.
 * @throws Error with the reason when there is none.
 */
export async function findChromium(): Promise<string> {
  const found = look();
  if (found !== undefined) return found;
  await requirePrograms(['chromium']);
  const installed = look();
  if (installed === undefined) throw new Error('Chromium was not found: set CHROMIUM_PATH.');
  return installed;
}

function look(): string | undefined {
  const set = process.env['CHROMIUM_PATH'];
  if (set) return set;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return places.find((place) => existsSync(place));
}
