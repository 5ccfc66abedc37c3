import { z } from 'zod';
import { csvLine } from './csv.ts';
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
  return csvLine(columnPaths(schema).map((path) => path.join('_')));
}

/** Rows without the header. */
export function csvRows(schema: z.ZodObject, rows: readonly object[]): string {
  const columns = columnPaths(schema);
  return rows
    .map(snakeCase)
    .map((row) => csvLine(columns.map((path) => cellText(valueAt(row, path)))))
    .join('');
}

/** One thing with a header, by the fields that it has; for what no schema describes as a whole. */
export function csvOfOne(thing: object): string {
  const fields = fieldsOf(snakeCase(thing));
  return (
    csvLine(fields.map(([name]) => name)) + csvLine(fields.map(([, value]) => cellText(value)))
  );
}

/** Metadata and features are one cell each, as in a list: their names are not columns of ours. */
const wholeFields = new Set(['metadata', 'features']);

function fieldsOf(value: unknown): [string, unknown][] {
  return Object.entries(Object(value)).flatMap(([name, inner]): [string, unknown][] => {
    const isOne = Array.isArray(inner) || inner instanceof Date || wholeFields.has(name);
    if (typeof inner !== 'object' || inner === null || isOne) return [[name, inner]];
    return fieldsOf(inner).map(([below, text]) => [`${name}_${below}`, text]);
  });
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
  if (Array.isArray(value)) {
    return value.some((one) => typeof one === 'object') ? JSON.stringify(value) : value.join(',');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
