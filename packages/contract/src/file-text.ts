import type { z } from 'zod';
import { csvHeader, csvRows } from './csv-table.ts';
import { snakeCase } from './snake-case.ts';

/** The forms in which any list can be had as a file. */
export const fileFormats = ['json', 'csv'] as const;

/** The text of a file with these things, part by part: CSV, or one JSON array. */
export async function* fileText(
  format: (typeof fileFormats)[number],
  schema: z.ZodObject,
  things: AsyncIterable<object>,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvHeader(schema);
  let isFirst = true;
  for await (const thing of things) {
    if (format === 'csv') yield csvRows(schema, [thing]);
    else yield `${isFirst ? '[' : ','}\n${JSON.stringify(snakeCase(thing))}`;
    isFirst = false;
  }
  if (format === 'json') yield isFirst ? '[]\n' : '\n]\n';
}
