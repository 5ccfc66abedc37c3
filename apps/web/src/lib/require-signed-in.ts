import { redirect, type ParsedLocation } from '@tanstack/react-router';
import { errorCodeOf } from './error-text.ts';
import { fetchCaller, fetchMe, type UserCaller } from './me.ts';
import { pathAfterSignIn } from './path-after-sign-in.ts';
import { mayBeSignedIn } from './session.ts';

/** @returns who is signed in; leads to the sign-in page where nobody is. */
export async function requireSignedIn(
  location: ParsedLocation,
  loginPath: '/console/login' | '/portal/login',
): Promise<UserCaller> {
  const wasSignedIn = mayBeSignedIn();
  try {
    return await fetchCaller();
  } catch (error) {
    if (errorCodeOf(error) !== 'unauthenticated') throw error;
    throw redirect({
      to: loginPath,
      search: { next: location.href, ...(wasSignedIn && { notice: 'session-ended' }) },
    });
  }
}

/** Leads home from a page for people who are not signed in. */
export async function goHomeIfSignedIn(next: string | undefined): Promise<void> {
  if (!mayBeSignedIn()) return;
  const me = await fetchMe().catch(() => undefined);
  if (me) throw redirect({ href: pathAfterSignIn(me, next) });
}
