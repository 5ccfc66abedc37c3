import { z } from 'zod';
import { CommandError } from './failure.ts';

/** A flag that fills a field of a procedure's input. */
export interface Flag {
  /** As commander writes it: `--price <cents>`. */
  usage: string;
  about: string;
  /** All that may be typed, where that is few. */
  words?: readonly string[];
  /** Reads what was typed; whether it will do is the contract's business. @throws CommandError */
  read(text: string): unknown;
}

/** A flag for each of some fields of an input. */
export type Flags<S extends z.ZodObject> = { [Field in keyof S['shape']]?: Flag };

/** Text, as it is. */
export function text(usage: string, about: string): Flag {
  return { usage, about, read: (typed) => typed };
}

/** One of some words. */
export function oneOf(usage: string, words: readonly string[]): Flag {
  return { ...text(usage, words.join(', ')), words };
}

/** A number, or `unlimited` where the contract takes that. */
export function number(usage: string, about: string): Flag {
  const read = (typed: string) => {
    if (typed === 'unlimited') return typed;
    if (/^-?\d+(\.\d+)?$/.test(typed)) return Number(typed);
    throw new CommandError('usage', 'must be a number');
  };
  return { usage, about, read };
}

/** `true` or `false`; the name alone means true. */
export function yesNo(usage: string, about: string): Flag {
  const words = ['true', 'false'];
  const read = (typed: string) => {
    if (words.includes(typed)) return typed === 'true';
    throw new CommandError('usage', 'must be true or false');
  };
  return { usage, about, words, read };
}

/** Words with commas between them. */
export function list(usage: string, about: string): Flag {
  const read = (typed: string) => (typed === '' ? [] : typed.split(',').map((word) => word.trim()));
  return { usage, about, read };
}

/** A JSON object. */
export function json(usage: string, about: string): Flag {
  const read = (typed: string): unknown => {
    try {
      return JSON.parse(typed);
    } catch {
      throw new CommandError('usage', `must be JSON such as '{"company_size": "10-50"}'`);
    }
  };
  return { usage, about, read };
}

const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** A day, which begins at midnight UTC, or a time with its zone. */
export function time(usage: string, about: string): Flag {
  const read = (typed: string) => {
    if (moment.safeParse(typed).success) return new Date(typed);
    throw new CommandError(
      'usage',
      'must be a day or time such as 2027-01-31 or 2027-01-31T18:00:00Z',
    );
  };
  return { usage, about, read };
}

/** A header with its value, `Authorization: Bearer …`. */
export function header(usage: string, about: string): Flag {
  const read = (typed: string) => {
    const colon = typed.indexOf(':');
    if (colon > 0) return { name: typed.slice(0, colon), value: typed.slice(colon + 1).trim() };
    throw new CommandError('usage', 'must be a header such as "X-Api-Key: secret"');
  };
  return { usage, about, read };
}

/** The name by which a user knows a flag: `--price`. */
export function flagName(flag: Flag): string {
  return flag.usage.split(' ', 1)[0] ?? flag.usage;
}

/** What commander made of the command line; `true` stands for a flag without a value. */
export type TypedOptions = Readonly<Record<string, string | true | undefined>>;

/**
 * Makes a procedure's input from what was typed: flags, and the positionals by the names of their fields. An empty
 * value clears a field that may be null.
 * @throws CommandError with a line for each fault.
 */
export function readInput<S extends z.ZodObject>(
  schema: S,
  flags: Flags<S>,
  typed: TypedOptions,
  positionals: Readonly<Record<string, string>>,
): z.output<S> {
  const faults: string[] = [];
  const input: Record<string, unknown> = { ...positionals };
  for (const [field, flag] of Object.entries<Flag | undefined>(flags)) {
    const value = flag && typed[optionKey(flag)];
    if (flag === undefined || value === undefined) continue;
    try {
      input[field] = isCleared(schema, field, value) ? null : flag.read(String(value));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      faults.push(...error.faults.map((fault) => `${flagName(flag)}: ${fault}`));
    }
  }
  if (faults.length > 0) throw new CommandError('usage', ...faults);
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const told = result.error.issues.map(({ path: [field, ...rest], message }) => {
    const flag = Object.entries<Flag | undefined>(flags).find(([name]) => name === field)?.[1];
    const name = flag ? flagName(flag) : `<${String(field)}>`;
    return `${[name, ...rest].map(String).join('.')}: ${message}`;
  });
  throw new CommandError('usage', ...told);
}

/** The name under which commander keeps a flag's value: `rateLimit` for `--rate-limit`. */
function optionKey(flag: Flag): string {
  return flagName(flag)
    .slice(2)
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function isCleared(schema: z.ZodObject, field: string, value: unknown): boolean {
  const fieldSchema = schema.shape[field];
  return value === '' && fieldSchema !== undefined && z.safeParse(fieldSchema, null).success;
}
