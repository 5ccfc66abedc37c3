import { z } from 'zod';
import { snakeCaseName } from './snake-case.ts';

/**
 * Rows with a header, as RFC 4180 has it. The columns are the fields of the schema, those of nested objects with both
 * names (`plan_slug`), so that they are the same for any rows and for none.
 */
export function csv(schema: z.ZodObject, rows: readonly object[]): string {
  const columns = columnPaths(schema);
  const header = columns.map((path) => path.map(snakeCaseName).join('_'));
  const lines = rows.map((row) => columns.map((path) => cellText(valueAt(row, path))));
  return [header, ...lines].map((line) => `${line.map(quote).join(',')}\r\n`).join('');
}

function columnPaths(schema: z.ZodObject): string[][] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const inner = field instanceof z.ZodNullable ? field.unwrap() : field;
    return inner instanceof z.ZodObject
      ? columnPaths(inner).map((path) => [name, ...path])
      : [[name]];
  });
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (outer, name) =>
      outer instanceof Object ? new Map(Object.entries(outer)).get(name) : undefined,
    value,
  );
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection). */
function quote(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
