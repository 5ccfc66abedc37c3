import {
  importProgress,
  problem,
  userImport,
  type ImportProgress,
  type UserImport,
} from '@apigate/contract';
import { client } from '../../lib/trpc.ts';

/** How far a file is on its way, or on the server. */
export type FileProgress = { step: 'send'; share: number } | ImportProgress;

interface SendOptions {
  dryRun: boolean;
  signal: AbortSignal;
  onProgress: (progress: FileProgress) => void;
}

/** Why a file was not taken, in the server's words. */
export class UserFileRefused extends Error {}

/**
 * Sends a file of users, and reads what the server tells of it.
 *
 * @param signal aborted, nothing is imported.
 * @throws UserFileRefused
 */
export async function sendUserFile(
  file: Blob,
  { dryRun, signal, onProgress }: SendOptions,
): Promise<UserImport> {
  // Renews the session, which this request cannot.
  await client.auth.me.query();
  const address = `/admin/users/import?skip_faulty=true&dry_run=${dryRun}`;
  const { status, text } = await post(address, file, signal, {
    onSent: (share) => onProgress({ step: 'send', share }),
    onText: (told) => {
      const progress = lastEvent(told, 'progress');
      if (progress !== undefined) onProgress(importProgress.parse(progress));
    },
  });
  const report = lastEvent(text, 'report');
  if (report !== undefined) return userImport.parse({ ...Object(report), dryRun });
  throw new UserFileRefused(
    status === 200 ? reasonOf(lastEvent(text, 'problem')) : reasonOf(parsed(text)),
  );
}

/** The data of the last whole event of a name in server-sent events. */
function lastEvent(text: string, name: string): unknown {
  const head = `event: ${name}\ndata: `;
  const at = text.lastIndexOf(head, text.lastIndexOf('\n\n'));
  return at === -1 ? undefined : parsed(text.slice(at + head.length, text.indexOf('\n\n', at)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(answer: unknown): string {
  const told = problem.safeParse(answer);
  return told.success ? told.data.detail : 'The server did not take the file. Try again.';
}

/** `fetch` does not tell how much it has sent. */
function post(
  address: string,
  body: Blob,
  signal: AbortSignal,
  { onSent, onText }: { onSent: (share: number) => void; onText: (text: string) => void },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.setRequestHeader('content-type', 'text/csv');
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(loaded / total));
    request.upload.addEventListener('load', () => onSent(1));
    request.setRequestHeader('accept', 'text/event-stream');
    request.addEventListener('progress', () => onText(request.responseText));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.addEventListener('abort', () => reject(new UserFileRefused('Nothing was imported.')));
    request.addEventListener('load', () =>
      resolve({ status: request.status, text: request.responseText }),
    );
    request.addEventListener('error', () =>
      reject(new UserFileRefused('The server did not answer. Check your connection, try again.')),
    );
    request.send(body);
  });
}
