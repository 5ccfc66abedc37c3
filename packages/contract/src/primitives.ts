import { z } from 'zod';

const oneLine = 'must be well-formed text without control characters';

function isOneLine(value: string): boolean {
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}

/** Text that PostgreSQL can keep inside JSON: no NUL, no half of a surrogate pair. */
export function storableText(charsMax: number) {
  return z
    .string()
    .max(charsMax)
    .refine((value) => value.isWellFormed(), 'must be well-formed text')
    .refine((value) => !value.includes('\0'), 'must not contain NUL');
}

/** An id of ours: UUIDv7 in its text form. */
export const id = z.uuid();

/** A point in time that every part of the product can write down. */
export const moment = z
  .date()
  .min(new Date(0), 'must lie after 1969')
  .max(new Date('9999-12-31T23:59:59.999Z'), 'must lie before the year 10000');

/** Something that names one object: its id, or another unique name of it (e-mail, username, external id, slug). */
export const ref = z.string().trim().min(1).max(320).refine(isOneLine, oneLine);

/** What a search field takes. */
export const searchText = z.string().trim().min(1).max(100).refine(isOneLine, oneLine);

export const emailCharsMax = 254;

/** An e-mail address. Compared without regard to case, kept as written in lower case. */
export const email = z
  .string()
  .trim()
  .max(emailCharsMax)
  .pipe(z.email('must be an e-mail address such as jane@example.com'))
  .transform((value) => value.toLowerCase());

/** A short human text on one line. */
export function lineOfText(charsMax: number) {
  return z.string().trim().min(1).max(charsMax).refine(isOneLine, oneLine);
}

/** A name that stands in addresses and commands: lower-case letters, digits, single dashes. */
export const slug = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'may hold lower-case letters, digits and single dashes');

export const metadataEntriesMax = 32;
export const metadataKeyCharsMax = 64;
export const metadataValueCharsMax = 512;

/** By which prototypes are reached; superjson refuses data with such keys, so no answer could tell them. */
const keysOfPrototypes = ['constructor', 'prototype', '__proto__'];

/** A key of data that people name themselves. */
export function ownKey(charsMax: number) {
  return storableText(charsMax)
    .min(1)
    .refine(
      (key) => !keysOfPrototypes.includes(key),
      `keys may not be ${keysOfPrototypes.join(', ')}`,
    );
}

/** Flat custom data of a user; each entry travels upstream as one `X-User-Meta-*` header. */
export const metadata = z
  .record(
    ownKey(metadataKeyCharsMax).regex(
      /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
      'keys may hold letters, digits, _ and -',
    ),
    storableText(metadataValueCharsMax),
  )
  .refine(
    (entries) => Object.keys(entries).length <= metadataEntriesMax,
    `may hold at most ${metadataEntriesMax} entries`,
  )
  .refine(
    (entries) =>
      new Set(Object.keys(entries).map((key) => key.toLowerCase().replaceAll('_', '-'))).size ===
      Object.keys(entries).length,
    'keys must differ by more than case, _ and -, because they become header names',
  );
export type Metadata = z.infer<typeof metadata>;

/** The largest whole number a limit may be; it stays exact in JavaScript, JSON and PostgreSQL. */
export const limitMax = 1_000_000_000_000;

/**
 * A limit: a positive whole number, or null for unlimited. `-1` and `"unlimited"` are accepted for null; 0 is refused,
 * because it reads as "none" to some and as "no limit" to others.
 */
export const limit = z.preprocess(
  (value: unknown) => (value === -1 || value === '-1' || value === 'unlimited' ? null : value),
  z
    .int()
    .max(limitMax)
    .refine((value) => value !== 0, '0 is not a limit: use null, -1 or "unlimited" for no limit')
    .refine((value) => value >= 0, 'must be a positive whole number, or null, -1 or "unlimited"')
    .nullable(),
) as z.ZodType<number | null, number | 'unlimited' | null>;

export const pageLimitMax = 200;

/** The end of a page, as the page gave it; what is in it is nobody's business but the server's. */
export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,2048}$/, 'must be a cursor as a page gave it');

/** What every list takes: at most `limit` rows, after `cursor` (as the page before gave it). */
export const pageInput = z.strictObject({
  limit: z.int().min(1).max(pageLimitMax).default(50),
  cursor: cursor.optional(),
});

/** One page of a list, newest or best first; `nextCursor` is null on the last page. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), hasMore: z.boolean(), nextCursor: z.string().nullable() });
}

export interface Page<T> {
  data: T[];
  hasMore: boolean;
  nextCursor: string | null;
}

/** What a schema of ours yields once an input has passed it: defaults filled in, text trimmed. */
export type Parsed<Schema extends z.ZodType> = z.output<Schema>;
