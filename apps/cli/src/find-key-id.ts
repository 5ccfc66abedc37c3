import { id } from '@apigate/contract';
import type { Apigate, Key } from '@apigate/sdk';
import { CommandError } from './failure.ts';

/**
 * The id of the key that `text` names: an id, a prefix (`ak_7Hq2`), the last four characters, or both as lists show
 * them (`ak_7Hq2…wX9z`).
 * @throws CommandError where no key or more than one has it.
 */
export async function findKeyId(api: Apigate, text: string): Promise<string> {
  if (id.safeParse(text).success) return text;
  const [start = text, end] = text.split(/…|\.\.\./, 2);
  const isNamed = (key: Key) =>
    end === undefined
      ? key.prefix === text || key.lastFour === text
      : key.prefix === start && key.lastFour === end;
  const found: Key[] = [];
  for await (const key of api.keys.list({ q: start, limit: 200 }))
    if (isNamed(key)) found.push(key);
  const [key, ...others] = found;
  if (key === undefined) throw new CommandError('refused', `no key ${text}`);
  if (others.length === 0) return key.id;
  throw new CommandError(
    'usage',
    `${found.length} keys are called ${text}; give one of their ids`,
    ...found.map((each) => `  ${each.id} ${each.name} of ${each.user.email}`),
  );
}
