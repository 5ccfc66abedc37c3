import path from 'node:path';
import type { Contestant } from './contestants/contestant.ts';
import { pinned } from './placement.ts';
import { run } from './programs.ts';

const program = path.join(import.meta.dirname, 'open-loop.ts');

/** For how long requests are sent first that are in no figure, because the generator is slow until it is compiled. */
export const warmUpSeconds = 2;

/** What the open-loop generator is to send. */
export interface OpenLoad {
  url: string;
  keysFile: string;
  keyHeader: string;
  /** On average; the distances are random. */
  perSecond: number;
  /** Sent first, and in no figure but `sent`. */
  warmUps: number;
  /** Measured. */
  requests: number;
}

/** What came of it; how long requests took counts from when they were due. */
export interface OpenResult {
  sent: number;
  /** How many were answered with which status, if not with a 2xx. */
  failed: Readonly<Record<string, number>>;
  perSecond: number;
  p50Us: number;
  p90Us: number;
  p99Us: number;
  p999Us: number;
  maxUs: number;
}

/** Sends requests at a rate that does not depend on the answers. @throws Error when one was not answered with a 2xx. */
export async function sendOpenLoad(
  { name, url, keyHeader, keysFile }: Contestant,
  {
    perSecond,
    requests,
    ...other
  }: Pick<OpenLoad, 'perSecond' | 'requests'> & { keysFile?: string },
): Promise<OpenResult> {
  const load: OpenLoad = {
    url,
    keyHeader,
    keysFile: other.keysFile ?? keysFile,
    perSecond,
    warmUps: Math.round(perSecond * warmUpSeconds),
    requests,
  };
  const command = [process.execPath, program, JSON.stringify(load)];
  const answer = await run(pinned('generator', command)).catch((cause: unknown) => {
    const [reason = ''] = /^Error: .*$/m.exec(String(cause).slice('Error: '.length)) ?? [];
    throw new Error(`the generator of the open loop failed. ${reason}`, { cause });
  });
  const result: OpenResult = JSON.parse(answer);
  if (Object.keys(result.failed).length > 0) {
    throw new Error(`${name}: of ${result.sent} requests failed ${JSON.stringify(result.failed)}`);
  }
  return result;
}
