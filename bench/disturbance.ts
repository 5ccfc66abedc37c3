import { cpus } from 'node:os';
import { machineSeconds, processorSeconds } from './processor-time.ts';

/** What was kept from all that is measured, as parts of the machine's processors. */
export interface Disturbance {
  /** What other programs used. */
  foreign: number;
  /** What the machine's host kept for itself. */
  stolen: number;
}

/** Looks at the machine now, to tell later what disturbed meanwhile. */
export function watchDisturbance(): () => Disturbance {
  const before = look();
  return () => {
    const after = look();
    const available = ((after.atMs - before.atMs) / 1000) * cpus().length;
    return {
      foreign: Math.max(0, after.others - before.others) / available,
      stolen: (after.stolen - before.stolen) / available,
    };
  };
}

function look(): { others: number; stolen: number; atMs: number } {
  const { busy, stolen } = machineSeconds();
  return { others: busy - processorSeconds(process.pid), stolen, atMs: performance.now() };
}

/** For a person who watches. */
export function describeDisturbance({ foreign, stolen }: Disturbance): string {
  return `others ${(foreign * 100).toFixed(1)} %, host ${(stolen * 100).toFixed(1)} %`;
}
