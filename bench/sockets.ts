import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

const tables = ['tcp', 'tcp6', 'udp', 'udp6'] as const;

/** A connection of a process, or a socket that it sends datagrams from. */
export interface NetworkSocket {
  localPort: number;
  remotePort: number;
}

/** All that a process holds on the network and that has another end. */
export function networkSockets(pid: number): NetworkSocket[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(pid, fd))?.[1] ?? [],
    ),
  );
  return tables.flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? ''))
      .map(([, local = '', remote = '']) => ({
        localPort: portOf(local),
        remotePort: portOf(remote),
      }))
      .filter(({ remotePort }) => remotePort !== 0),
  );
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '0', 16);
}

function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}
