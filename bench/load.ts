import path from 'node:path';
import type { Contestant } from './contestants/contestant.ts';
import { pinned } from './placement.ts';
import { run } from './programs.ts';

const connections = 64;
const requestsFile = path.join(import.meta.dirname, 'requests.lua');
const usualRestMs = 300;

/** Requests that were sent one after the other over each of 64 connections, and how long that took. */
export interface Sent {
  requests: number;
  seconds: number;
  /** Of them, those whose answers had not come in when the generator ended. */
  unanswered: number;
}

/**
 * Sends requests as fast as they are answered.
 *
 * @param seconds whole ones
 * @throws Error when one was answered with anything but a 2xx.
 */
export async function sendLoad(
  { name, url, keysFile, keyHeader, restMs = usualRestMs }: Contestant,
  seconds: number,
): Promise<Sent> {
  const activeMs = seconds * 1000 - restMs;
  const output = await run(
    pinned('generator', [
      'wrk',
      '--threads=1',
      `--connections=${connections}`,
      `--duration=${seconds}s`,
      `--script=${requestsFile}`,
      url,
      '--',
      keysFile,
      String(activeMs),
      keyHeader,
    ]),
  );
  const { sent, answered, failed } = resultIn(output);
  if (failed > 0 || sent === 0) {
    throw new Error(`${name}: ${failed} of ${sent} requests failed, ${answered} were answered`);
  }
  return { requests: sent, seconds: activeMs / 1000, unanswered: sent - answered };
}

function resultIn(output: string): { sent: number; answered: number; failed: number } {
  const json = /^RESULT (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new Error(`wrk did not tell what it sent:\n${output}`);
  return JSON.parse(json);
}
