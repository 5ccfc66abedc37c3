/** What brought a person to the sign-in page, as that page says it. */
export const loginNotices = {
  'session-ended': 'Your session has ended. Sign in again to go on where you were.',
  'password-set': 'Your new password is set, and all sessions have ended. Sign in with it.',
} as const;

type LoginNotice = keyof typeof loginNotices;

export interface LoginSearch {
  /** The address of this site to go back to. */
  next?: string;
  notice?: LoginNotice;
}

export function readLoginSearch(search: Record<string, unknown>): LoginSearch {
  const { next, notice } = search;
  return {
    ...(typeof next === 'string' && { next }),
    ...(isLoginNotice(notice) && { notice }),
  };
}

function isLoginNotice(value: unknown): value is LoginNotice {
  return typeof value === 'string' && Object.hasOwn(loginNotices, value);
}
