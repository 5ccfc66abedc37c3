import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { readSettings } from '../settings/read-settings.ts';
import { passwordStrength } from './password-strength.ts';

/**
 * Hashes a password that somebody set, if it is long enough and, where people choose for themselves, strong enough.
 *
 * @param chosenBy what is known of the one who chose it for themselves; null where an admin set it for another.
 * @param field name of the input, for the message.
 * @throws DomainError bad_request, overloaded
 */
export async function hashNewPassword(
  ctx: DomainContext,
  password: string,
  chosenBy: readonly (string | null | undefined)[] | null,
  field = 'password',
): Promise<string> {
  const settings = await readSettings(ctx.em);
  const charsMin = settings['password.min_length'];
  if ([...password].length < charsMin) refuse(field, `must have at least ${charsMin} characters`);
  if (chosenBy !== null) {
    const known = chosenBy.filter((text) => typeof text === 'string');
    const { score, advice } = await passwordStrength(password, known);
    if (score < settings['password.min_score']) {
      refuse(field, `is too easy to guess.${advice === '' ? '' : ` ${advice}`}`);
    }
  }
  return ctx.passwords.hash(password);
}

function refuse(path: string, message: string): never {
  throw new DomainError('bad_request', `The password ${message}`, {
    errors: [{ path, message }],
  });
}
