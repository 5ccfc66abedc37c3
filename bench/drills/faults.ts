/**
 * Loaded in front of a proxy, into each of its threads: brings a fault about in those that answer when a file says
 * so. `crash-SLOT`, `hoard-SLOT` and `block-SLOT` make a thread throw, fill its memory or stand still; `hosts` holds
 * what names resolve to, an address and a name in each line.
 */
import dns from 'node:dns';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { workerData } from 'node:worker_threads';

/** Undefined in the supervisor, and in the thread that reads the environment. */
const slot: number | undefined = workerData?.slot;
/** Who ships for it has the same slot, and is not meant. */
const isGateway = workerData?.metrics !== undefined;
const dir = process.env['DRILL_FAULTS_DIR'] ?? '';
const lookEveryMs = 20;
const blockMs = 60_000;
const hoard: unknown[] = [];

function isAskedTo(fault: string): boolean {
  const file = path.join(dir, `${fault}-${slot}`);
  if (!existsSync(file)) return false;
  rmSync(file);
  return true;
}

function look(): void {
  if (isAskedTo('crash')) throw new Error('a fault of a drill');
  if (isAskedTo('hoard')) for (;;) hoard.push(Array.from({ length: 1_000 }, () => ({})));
  if (!isAskedTo('block')) return;
  const untilMs = performance.now() + blockMs;
  while (performance.now() < untilMs);
}

/** The address of a name, if the file of hosts knows it. */
function addressOf(name: string): string | undefined {
  const file = path.join(dir, 'hosts');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.split(' ')).find(([, known]) => known === name)?.[0];
}

if (slot !== undefined) {
  if (isGateway) setInterval(look, lookEveryMs).unref();
  const lookup: unknown = dns.lookup;
  const instead = (
    name: string,
    options: dns.LookupOptions,
    callback: (error: Error | null, found: dns.LookupAddress[] | string, family?: number) => void,
  ): void => {
    const address = addressOf(name);
    if (address === undefined && typeof lookup === 'function') {
      lookup(name, options, callback);
    } else if (address !== undefined) {
      const found = options.all ? [{ address, family: 4 }] : address;
      setImmediate(() => callback(null, found, 4));
    }
  };
  Object.assign(dns, { lookup: instead });
  syncBuiltinESMExports();
}
