import { z } from 'zod';
import { searchText } from './primitives.ts';
import { userRole } from './users.ts';
import { foundKinds } from './without-schema.ts';

export const foundKind = z.enum(foundKinds);
export type FoundKind = z.infer<typeof foundKind>;

/** One thing that was found. */
export const found = z.object({
  kind: foundKind,
  /** Its id; of a setting its name. */
  id: z.string(),
  /** What it is called: the address of a user, the name of a key, the subject of a mail, the method and path of a request. */
  title: z.string(),
  /** What tells it from others of its kind: the name of a user, `ak_7Hq2…F702`, the path of a route. */
  detail: z.string().nullable(),
  /** Its status, where it has one: `active`, `live`, `disabled`; of a request the HTTP status. */
  status: z.string().nullable(),
  /** A user itself, else whose it is. */
  user: z.object({ id: z.string(), email: z.string(), role: userRole }).nullable(),
});
export type Found = z.infer<typeof found>;

/** At most this many of a kind are found. */
export const foundPerKindMax = 20;

export const searchInput = z.strictObject({
  /** Part of a name or an address, the start or the end of a key, a whole key, or an id. */
  q: searchText,
  /** How many of each kind. */
  limit: z.int().min(1).max(foundPerKindMax).default(5),
});
export type SearchInput = z.input<typeof searchInput>;

export const searchResult = z.object({
  /** Whether `q` names the one thing that was found, and nothing else: its id, or the key itself. */
  isExact: z.boolean(),
  /** Best first within each kind. */
  data: z.array(found),
});
export type SearchResult = z.infer<typeof searchResult>;
