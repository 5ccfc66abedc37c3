import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

let factory: Promise<ZxcvbnFactory> | undefined;

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
 * How hard a password is to guess: zxcvbn's score, 0 to 4, and its advice.
 *
 * @param known what a guesser would try first: address and names.
 */
export async function passwordStrength(
  password: string,
  known: readonly string[],
): Promise<{ score: number; advice: string }> {
  factory ??= loadFactory();
  // The time it takes grows with the length; what is past 100 characters makes nothing weaker.
  const { score, feedback } = (await factory).check(password.slice(0, 100), [...known]);
  return { score, advice: feedback.warning ?? feedback.suggestions[0] ?? '' };
}
