import type { Transport } from './transport.ts';
import type { KeyVerdict, VerifyKeyInput } from './types.ts';

/** Asks whether a customer's key is good for a request. What counts may have been counted, so it is sent once. */
export async function verifyKey(transport: Transport, input: VerifyKeyInput): Promise<KeyVerdict> {
  const answer = await transport.post('/v1/keys/verify', input, input.count !== true);
  // The cast: the server has parsed its answer with the schema that the type comes from.
  return camelCased(answer) as KeyVerdict;
}

/** `user_id` becomes `userId`; metadata belongs to the user, so its names are left as they are. */
function camelCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      name === 'metadata' ? inner : camelCased(inner),
    ]),
  );
}
