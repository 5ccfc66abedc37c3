import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { readSettings } from '../settings/read-settings.ts';

/**
 * Hashes a password that somebody set, if it is long enough.
 *
 * @throws DomainError bad_request, overloaded
 */
export async function hashNewPassword(ctx: DomainContext, password: string): Promise<string> {
  const charsMin = (await readSettings(ctx.em))['password.min_length'];
  if ([...password].length < charsMin) {
    const message = `must have at least ${charsMin} characters`;
    throw new DomainError('bad_request', `The password ${message}.`, {
      errors: [{ path: 'password', message }],
    });
  }
  return ctx.passwords.hash(password);
}
