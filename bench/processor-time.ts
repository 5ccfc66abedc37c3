import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Seconds of processor time of a process and all that it has started, of which what has ended is in the account too. */
export function processorSeconds(pid: number): number {
  const parents = new Map<number, number[]>();
  const ticks = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === null) continue;
    // Counted from the state, which is field 3: ppid, then utime, stime, cutime, cstime.
    const parent = Number(fields[1]);
    parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    ticks.set(
      Number(name),
      fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
    );
  }
  const sumOf = (id: number): number =>
    (parents.get(id) ?? []).reduce((sum, child) => sum + sumOf(child), ticks.get(id) ?? 0);
  return sumOf(pid) / ticksPerSecond;
}

/** Seconds that all processors were busy since the machine started, and that its host kept from it. */
export function machineSeconds(): { busy: number; stolen: number } {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = readFileSync(
    '/proc/stat',
    'utf8',
  )
    .split('\n', 1)
    .join('')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return {
    busy: (user + nice + system + irq + softirq) / ticksPerSecond,
    stolen: stolen / ticksPerSecond,
  };
}

/** The fields of a process behind its name, which may hold spaces; null when it has just left. */
function statOf(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return null;
  }
}
