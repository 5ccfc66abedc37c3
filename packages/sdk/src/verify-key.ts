import { camelCased } from './camel-case.ts';
import type { Transport } from './transport.ts';
import type { KeyVerdict, VerifyKeyInput } from './types.ts';

/** How many verdicts are kept at most. */
const verdictsMax = 1_000;

export interface VerifyOptions {
  /**
   * How old the answer may be, in milliseconds; 0 unless told. A key that is revoked meanwhile stays good that long.
   * What is counted is always asked.
   */
  cacheMs?: number | undefined;
}

interface KeptVerdict {
  askedAtMs: number;
  /** Under way at first, so that many questions at once are one. */
  verdict: Promise<KeyVerdict>;
}

/** Makes what asks whether a customer's key is good for a request, with a memory of its own. */
export function keyVerifier(transport: Transport) {
  const kept = new Map<string, KeptVerdict>();
  return async (
    input: VerifyKeyInput,
    { cacheMs = 0 }: VerifyOptions = {},
  ): Promise<KeyVerdict> => {
    if (cacheMs <= 0 || input.count === true) return ask(transport, input);
    const name = await digestOf(JSON.stringify(input));
    const known = kept.get(name);
    if (known !== undefined && performance.now() - known.askedAtMs < cacheMs) return known.verdict;
    const verdict = ask(transport, input);
    kept.delete(name);
    kept.set(name, { askedAtMs: performance.now(), verdict });
    const [oldest] = kept.keys();
    if (kept.size > verdictsMax && oldest !== undefined) kept.delete(oldest);
    verdict.catch(() => {
      if (kept.get(name)?.verdict === verdict) kept.delete(name);
    });
    return verdict;
  };
}

/** What counts may have been counted, so it is sent once. */
async function ask(transport: Transport, input: VerifyKeyInput): Promise<KeyVerdict> {
  const answer = await transport.post('/v1/keys/verify', input, input.count !== true);
  // The cast: the server has parsed its answer with the schema that the type comes from.
  return camelCased(answer) as KeyVerdict;
}

/** Keys are secrets, so they are not kept as they are. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(digest));
}
