import { problem, userImport, type UserImport } from '@apigate/contract';
import { client } from '../../lib/trpc.ts';

/** Why a file was not taken, in the server's words. */
export class UserFileRefused extends Error {}

/**
 * Sends a file of users.
 *
 * @param onSent told how much has gone out, from 0 to 1.
 * @throws UserFileRefused
 */
export async function sendUserFile(
  file: Blob,
  options: { dryRun: boolean },
  onSent: (share: number) => void,
): Promise<UserImport> {
  // Renews the session, which this request cannot.
  await client.auth.me.query();
  const { status, text } = await post(
    `/admin/users/import?skip_faulty=true&dry_run=${options.dryRun}`,
    file,
    onSent,
  );
  const answer: unknown = text === '' ? null : JSON.parse(text);
  if (status === 200) {
    const { dry_run: dryRun, ...report } = Object(answer);
    return userImport.parse({ dryRun, ...report });
  }
  const told = problem.safeParse(answer);
  throw new UserFileRefused(
    told.success ? told.data.detail : 'The server did not take the file. Try again.',
  );
}

/** `fetch` does not tell how much it has sent. */
function post(
  address: string,
  body: Blob,
  onSent: (share: number) => void,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.setRequestHeader('content-type', 'text/csv');
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent(loaded / total));
    request.upload.addEventListener('load', () => onSent(1));
    request.addEventListener('load', () =>
      resolve({ status: request.status, text: request.responseText }),
    );
    request.addEventListener('error', () =>
      reject(new UserFileRefused('The server did not answer. Check your connection, try again.')),
    );
    request.send(body);
  });
}
