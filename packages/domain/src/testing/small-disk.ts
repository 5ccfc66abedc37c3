import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Puts a disk of its own over a folder, which is made if need be. Needs Linux and root. */
export function mountDisk(folder: string, bytes: number): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    const why = mounted.error?.message ?? String(mounted.stderr);
    throw new Error(`No disk could be mounted, for which Linux and root are needed: ${why}`);
  }
  return { [Symbol.dispose]: () => void spawnSync('umount', ['--lazy', folder]) };
}

/** Takes all the room that a disk has left. @returns gives it back when disposed of */
export function fillDisk(folder: string): Disposable {
  const file = path.join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  try {
    writeFileSync(file, Buffer.alloc(bavail * bsize));
  } catch {
    // What others have written meanwhile is taken already.
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}
