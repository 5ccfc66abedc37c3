import { mayBeSignedIn } from './session.ts';

const url = '/trpc/auth.me';

// Every page begins with who is signed in. Asked before the rest of the first script runs, which takes longer than the
// answer.
let early = mayBeSignedIn()
  ? fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' } })
  : undefined;

/** `fetch`, which has the answer for the first who asks who is signed in. */
export function firstFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  if (early === undefined || request[0] !== url) return fetch(...request);
  const answer = early;
  early = undefined;
  return answer;
}
