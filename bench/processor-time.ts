import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Fields of /proc/PID/stat, counted from the state, which is behind the name. */
const parentField = 1;
/** Time of the process itself and of what it started that has ended: utime, stime, cutime, cstime. */
const timeFields = [11, 15] as const;

/** A process and all that it has started, as far as it still runs. */
export function processTree(pid: number, all = processes()): number[] {
  const children = new Map<number, number[]>();
  for (const [id, fields] of all) {
    const parent = Number(fields[parentField]);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [id]);
    else siblings.push(id);
  }
  const below = (id: number): number[] => [id, ...(children.get(id) ?? []).flatMap(below)];
  return below(pid);
}

/** Seconds of processor time of a process and all that it has started, of which what has ended is in the account too. */
export function processorSeconds(pid: number): number {
  const all = processes();
  const ticks = processTree(pid, all)
    .flatMap((id) => all.get(id)?.slice(...timeFields) ?? [])
    .reduce((sum, field) => sum + Number(field), 0);
  return ticks / ticksPerSecond;
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

/** Bytes of memory that a process and all that it has started hold, and the most that each ever held. */
export function memoryBytes(pid: number): { now: number; peak: number } {
  const sum = { now: 0, peak: 0 };
  for (const id of processTree(pid)) {
    const status = read(`/proc/${id}/status`);
    sum.now += kilobytes(status, 'VmRSS') * 1024;
    sum.peak += kilobytes(status, 'VmHWM') * 1024;
  }
  return sum;
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
}

function processes(): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    // The name of a process stands in brackets and may hold spaces.
    if (stat !== '') found.set(Number(name), stat.replace(/^.*\) /s, '').split(' '));
  }
  return found;
}

/** A file of /proc; nothing when its process has just left. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
