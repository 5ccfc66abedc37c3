import path from 'node:path';
import { run } from './programs.ts';

const dir = path.join(import.meta.dirname, 'peers');

/** Installs the packages of others that we are compared with, as they are locked; their scripts do not run. */
export async function installPeers(): Promise<void> {
  const how = ['--ignore-workspace', '--frozen-lockfile', '--ignore-scripts'];
  await run(['pnpm', 'install', '--dir', dir, ...how]);
}
