import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UsageRecord } from '../../usage/usage-record.ts';
import type { SpoolDamage } from './spool-reader.ts';

/** Where lies what could not be shipped, for people to look at: records as lines of JSON, damaged bytes as they were. */
export class Quarantine {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async addRecord(record: UsageRecord, error: unknown): Promise<string> {
    const file = path.join(await this.#made(), 'refused.jsonl');
    const reason = error instanceof Error ? error.message : String(error);
    await appendFile(file, `${JSON.stringify({ reason, record })}\n`, { mode: 0o600 });
    return file;
  }

  /** The name tells whence the bytes are, so that the same ones are not kept twice. */
  async addBytes({ file, offset, bytes, isTail }: SpoolDamage): Promise<string> {
    const [folder = ''] = path.basename(path.dirname(file)).split('.');
    const kind = isTail ? 'tail' : 'damaged';
    const name = `${folder}-${path.basename(file, '.usage')}-${offset}.${kind}`;
    const kept = path.join(await this.#made(), name);
    await writeFile(kept, bytes, { mode: 0o600 });
    return kept;
  }

  async #made(): Promise<string> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    return this.#dir;
  }
}
