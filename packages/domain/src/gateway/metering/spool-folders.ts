import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';

/** What the path of a socket may be long, on every system. */
const socketPathBytesMax = 100;
const folderForm = /^([a-z0-9]+)\.([a-z0-9]+)$/;

/**
 * The folders of one spool. A folder is named after itself and its owner, `1w2c9k.b7f3e0`, and an owner lives as long as
 * the socket of its name accepts connections: the system closes it with the process, whatever ends that. Nobody is ever
 * given the name of an owner again, so a folder of a dead one can be taken over by one rename, which only one of several
 * can do.
 */
export class SpoolFolders {
  readonly #dir: string;
  readonly #owner = randomBytes(6).toString('hex');
  readonly #server: Server;
  #directory: number | null = null;

  constructor(dir: string) {
    this.#dir = dir;
    this.#server = createServer((socket) => socket.destroy()).unref();
  }

  /** Makes us known as alive. To be called before anything else. */
  async open(): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    this.#server.listen(this.#socketOf(this.#owner));
    await once(this.#server, 'listening');
  }

  /** Makes a folder of our own. */
  async make(): Promise<string> {
    const name = `${Date.now().toString(36)}${randomBytes(3).toString('hex')}.${this.#owner}`;
    const folder = path.join(this.#dir, name);
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  /** Takes over the folders whose owners are gone, the oldest first. */
  async adopt(): Promise<string[]> {
    const adopted: string[] = [];
    const isDead = new Map<string, boolean>();
    for (const name of (await readdir(this.#dir)).toSorted()) {
      const [, own, owner] = folderForm.exec(name) ?? [];
      if (own === undefined || owner === undefined || owner === 'sock' || owner === this.#owner) {
        continue;
      }
      if (!isDead.has(owner)) isDead.set(owner, await this.#isDead(owner));
      if (isDead.get(owner) !== true) continue;
      const folder = path.join(this.#dir, `${own}.${this.#owner}`);
      if (await wasRenamed(path.join(this.#dir, name), folder)) adopted.push(folder);
    }
    for (const [owner, dead] of isDead) {
      if (dead) await rm(path.join(this.#dir, `${owner}.sock`), { force: true });
    }
    return adopted;
  }

  /** Lets the folders that are left go, for others to take over. */
  async close(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, 'close');
      this.#server.close();
      await closed;
    }
    if (this.#directory !== null) fs.closeSync(this.#directory);
    this.#directory = null;
  }

  #isDead(owner: string): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#socketOf(owner));
      socket.once('connect', () => {
        socket.destroy();
        resolve(false);
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
      });
    });
  }

  /** Where a path is too long for a socket, Linux knows a shorter one to the same place. */
  #socketOf(owner: string): string {
    const file = path.join(this.#dir, `${owner}.sock`);
    if (Buffer.byteLength(file) <= socketPathBytesMax || process.platform !== 'linux') return file;
    this.#directory ??= fs.openSync(this.#dir, 'r');
    return `/proc/self/fd/${this.#directory}/${owner}.sock`;
  }
}

/** Renames a folder unless someone else has before. */
async function wasRenamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
