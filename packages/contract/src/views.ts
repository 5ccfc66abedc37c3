import { z } from 'zod';
import { id, lineOfText, slug, storableText } from './primitives.ts';

/** How many views of a list one person may keep, and how many may be shared. */
export const viewsMax = 100;

/** A list of the console as somebody wants to see it again. */
export const view = z.object({
  id,
  /** Which list it is a view of: `users`. */
  list: z.string(),
  name: z.string(),
  /** The query of the list's address, without the question mark. */
  search: z.string(),
  /** True of one that all the staff see; else it is the caller's own. */
  shared: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
});
export type View = z.infer<typeof view>;
export const viewList = z.object({ data: z.array(view) });

const fields = {
  name: lineOfText(60),
  search: storableText(4_000),
  /** Only admins share, and change what is shared. */
  shared: z.boolean(),
};

export const listViewsInput = z.strictObject({ list: slug });
export type ListViewsInput = z.input<typeof listViewsInput>;

export const createViewInput = z.strictObject({
  list: slug,
  name: fields.name,
  search: fields.search,
  shared: fields.shared.default(false),
});
export type CreateViewInput = z.input<typeof createViewInput>;

export const viewRef = z.strictObject({ view: id });

export const updateViewInput = z.strictObject({
  view: id,
  name: fields.name.optional(),
  search: fields.search.optional(),
  shared: fields.shared.optional(),
});
export type UpdateViewInput = z.input<typeof updateViewInput>;
