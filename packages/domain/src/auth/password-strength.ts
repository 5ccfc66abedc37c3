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
  const meter = await factory;
  // The time it takes grows with the length; what is past 100 characters makes nothing weaker.
  const text = password.slice(0, 100);
  const inputs = known.flatMap(parts).toSorted((a, b) => b.length - a.length);
  const whole = meter.check(text, inputs);
  // The meter takes two known words beside each other for a good password; they are worth nothing.
  const rest = inputs.reduce((left, part) => left.replaceAll(part, ''), text.toLowerCase());
  const score = Math.min(whole.score, meter.check(rest).score);
  const { warning, suggestions } = whole.feedback;
  return { score, advice: warning ?? suggestions[0] ?? '' };
}

/** A text in small letters, and each stretch of letters and digits in it: of an address its name and its domain. */
function parts(text: string): string[] {
  const lower = text.toLowerCase();
  const [local = ''] = lower.split('@');
  return [lower, local, ...lower.split(/[^\p{L}\p{N}]+/u)].filter((part) => part.length > 2);
}
