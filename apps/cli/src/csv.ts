import { z } from 'zod';
import { snakeCase, snakeCaseName } from './snake-case.ts';

/**
 * Rows with a header, as RFC 4180 has it. The columns are the fields of the schema, those of nested objects with both
 * names (`plan_slug`), so that they are the same for any rows and for none.
 */
export function csv(schema: z.ZodObject, rows: readonly object[]): string {
  return csvHeader(schema) + csvRows(schema, rows);
}

/** The first line alone, where rows come in parts. */
export function csvHeader(schema: z.ZodObject): string {
  return line(columnPaths(schema).map((path) => path.join('_')));
}

/** Rows without the header. */
export function csvRows(schema: z.ZodObject, rows: readonly object[]): string {
  const columns = columnPaths(schema);
  return rows
    .map(snakeCase)
    .map((row) => line(columns.map((path) => cellText(valueAt(row, path)))))
    .join('');
}

function line(cells: readonly string[]): string {
  return `${cells.map(quote).join(',')}\r\n`;
}

function columnPaths(schema: z.ZodObject): string[][] {
  return Object.entries(schema.shape).flatMap(([fieldName, field]) => {
    const name = snakeCaseName(fieldName);
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
