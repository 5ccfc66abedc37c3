import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

export interface PasswordStrength {
  /** Of zxcvbn: 0, guessed at once, to 4. */
  score: number;
  advice: string;
}

let factory: Promise<ZxcvbnFactory> | undefined;

/** Its dictionaries are larger than all of this app, so they come when somebody chooses a password. */
async function loadFactory(): Promise<ZxcvbnFactory> {
  const [core, common, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ]);
  return new core.ZxcvbnFactory({
    graphs: common.adjacencyGraphs,
    dictionary: { ...common.dictionary, ...english.dictionary },
    translations: english.translations,
  });
}

/**
 * How hard a password is to guess, by the same measure as the server's.
 *
 * @param known what a guesser would try first: address and names.
 */
export async function passwordStrength(
  password: string,
  known: readonly string[],
): Promise<PasswordStrength> {
  factory ??= loadFactory();
  const { score, feedback } = (await factory).check(password.slice(0, 100), [...known]);
  return { score, advice: feedback.warning ?? feedback.suggestions[0] ?? '' };
}

/** Fetches the dictionaries while the password is being typed. */
export function preparePasswordStrength(): void {
  factory ??= loadFactory();
  factory.catch(() => {
    // Without them there is no meter; the server judges all the same. The next time may go better.
    factory = undefined;
  });
}
