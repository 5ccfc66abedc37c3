import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinned } from './placement.ts';
import { run } from './programs.ts';

const connections = 64;
const requestsFile = path.join(import.meta.dirname, 'requests.lua');
const quietAfterMs = 200;
const restMs = 400;
const marginMs = 1000;

/** What the generator sends: for how long, and with which keys. */
export interface Load {
  url: string;
  /** A key on each line. */
  keysFile: string;
  seconds: number;
  /** Called when no request is under way any more, before the generator ends. */
  whenQuiet?: () => void;
}

/**
 * Sends requests as fast as they are answered, over 64 connections.
 * @returns how many were sent, each of which was answered with a 2xx.
 * @throws Error when one was not.
 */
export async function sendLoad({ url, keysFile, seconds, whenQuiet }: Load): Promise<number> {
  const activeMs = seconds * 1000;
  const wrk = run(
    pinned('generator', [
      'wrk',
      '--threads=1',
      `--connections=${connections}`,
      `--duration=${(activeMs + marginMs) / 1000}s`,
      `--script=${requestsFile}`,
      url,
      '--',
      keysFile,
      String(activeMs),
      String(restMs),
    ]),
  );
  await Promise.race([sleep(activeMs + quietAfterMs), wrk]);
  whenQuiet?.();
  const output = await wrk;
  const { sent, failed } = resultIn(output);
  if (failed > 0 || sent === 0) throw new Error(`${failed} of ${sent} requests failed:\n${output}`);
  return sent;
}

function resultIn(output: string): { sent: number; failed: number } {
  const json = /^RESULT (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new Error(`wrk did not tell what it sent:\n${output}`);
  return JSON.parse(json);
}
