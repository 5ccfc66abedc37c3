import { forgetRecent } from './recent.ts';

/** Why a session is over: the person left, or the server no longer knows this browser. */
export type SessionEnd = 'signedOut' | 'expired';

const listeners = new Set<(end: SessionEnd) => void>();

export function onSessionEnd(listener: (end: SessionEnd) => void): void {
  listeners.add(listener);
}

export function endSession(end: SessionEnd): void {
  forgetSignIn();
  if (end === 'signedOut') forgetRecent();
  for (const listener of listeners) listener(end);
}

/*
 * The cookies are out of reach of scripts, so a note beside them says that this browser signed in. It spares the sign-in
 * page a question whose answer is nearly always no.
 */
const noteKey = 'apigate.signedIn';

export function rememberSignIn(): void {
  localStorage.setItem(noteKey, 'yes');
}

export function forgetSignIn(): void {
  localStorage.removeItem(noteKey);
}

export function mayBeSignedIn(): boolean {
  return localStorage.getItem(noteKey) === 'yes';
}
