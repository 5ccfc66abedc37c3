import {
  createdKey,
  planOfUser,
  snakeCase,
  snakeCaseName,
  user,
  type FieldError,
} from '@apigate/contract';
import { z } from 'zod';

/**
 * REST writes the contract’s fields in snake_case and its times as text. Both ways go along the schema, so that what
 * callers name themselves (metadata, features, settings) stays as it is.
 */

interface Addition {
  schema: z.core.$ZodType;
  of: (value: object) => unknown;
}

/** Fields that REST has beside those of the contract, by the schema of their object. */
const additions = new Map<z.core.$ZodType, Readonly<Record<string, Addition>>>([
  [
    user,
    {
      plan_id: {
        schema: planOfUser.shape.id,
        of: (value) => Reflect.get(Object(Reflect.get(value, 'plan')), 'id'),
      },
    },
  ],
  // As the command line calls it.
  [
    createdKey,
    { key: { schema: createdKey.shape.secret, of: (value) => Reflect.get(value, 'secret') } },
  ],
]);

/** What REST adds to objects of a schema. */
export function additionsTo(schema: z.core.$ZodType): [string, Addition][] {
  return Object.entries(additions.get(schema) ?? {});
}

/** The schema inside of what only says that something may be left out, is checked or changed further on. */
function core(schema: z.core.$ZodType, side: 'in' | 'out'): z.core.$ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def && def.type !== 'promise' && def.type !== 'success') {
    return core(def.innerType, side);
  }
  if (def.type !== 'pipe') return schema;
  // Of a preprocessed value the schema that matters is the one behind it.
  const isPreprocessed = (def.in as z.core.$ZodTypes)._zod.def.type === 'transform';
  return core(isPreprocessed || side === 'out' ? def.out : def.in, side);
}

/** What a schema is made of, on the side of what it takes or of what it gives. */
export function defOf(schema: z.core.$ZodType, side: 'in' | 'out') {
  return (core(schema, side) as z.core.$ZodTypes)._zod.def;
}

/** An answer as REST sends it. @param schema of `value`, which has passed it */
export function toWire(schema: z.core.$ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (value instanceof Date) return value.toISOString();
  const def = defOf(schema, 'out');
  if (def.type === 'object') {
    const given = Object.entries(def.shape)
      .map(([field, inner]) => ({
        field,
        inner,
        own: Reflect.get(Object(value), field) as unknown,
      }))
      .filter(({ own }) => own !== undefined)
      .map(({ field, inner, own }) => [snakeCaseName(field), toWire(inner, own)]);
    const added = additionsTo(core(schema, 'out')).map(([name, { of }]) => [
      name,
      of(Object(value)),
    ]);
    return Object.fromEntries([...given, ...added]);
  }
  if (def.type === 'array') {
    return Array.isArray(value) ? value.map((item) => toWire(def.element, item)) : value;
  }
  if (def.type === 'record') {
    // Changes in the audit log: fields of ours, with JSON for values.
    if (defOf(def.valueType, 'out').type === 'lazy') return snakeCase(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, toWire(def.valueType, inner)]),
    );
  }
  if (def.type === 'union') {
    const option = def.options.find((one) => z.safeParse(one, value).success);
    return option === undefined ? value : toWire(option, value);
  }
  if (def.type === 'intersection') {
    return { ...Object(toWire(def.left, value)), ...Object(toWire(def.right, value)) };
  }
  return value;
}

/**
 * The input that a request stands for: fields by their names in the contract, times as dates. What it does not know it
 * refuses, and what has the wrong type it leaves for the schema to refuse.
 *
 * @param isText true where every value came as text, as in a query.
 * @param faults takes what is refused.
 */
export function fromWire(
  schema: z.core.$ZodType,
  value: unknown,
  isText: boolean,
  faults: FieldError[],
  at = '',
): unknown {
  if (value === null || value === undefined) return value;
  const def = defOf(schema, 'in');
  const below = (name: string | number) => (at === '' ? `${name}` : `${at}.${name}`);
  if (def.type === 'object') {
    if (typeof value !== 'object' || Array.isArray(value)) return value;
    const fields = new Map(
      Object.entries(def.shape).map(([field, inner]) => [snakeCaseName(field), { field, inner }]),
    );
    const known: [string, unknown][] = [];
    for (const [name, given] of Object.entries(value)) {
      const found = fields.get(name);
      if (found === undefined) {
        faults.push({ path: below(name), message: 'is not a field of this request' });
      } else {
        const { field, inner } = found;
        known.push([field, fromWire(inner, given, isText, faults, below(name))]);
      }
    }
    return Object.fromEntries(known);
  }
  if (def.type === 'array') {
    const items: unknown = isText && typeof value === 'string' ? value.split(',') : value;
    if (!Array.isArray(items)) return items;
    return items.map((item, index) => fromWire(def.element, item, isText, faults, below(index)));
  }
  if (def.type === 'date') return dateOf(value);
  if (isText && def.type === 'number')
    return /^-?\d+(?:\.\d+)?$/.test(textOf(value)) ? Number(value) : value;
  if (isText && def.type === 'boolean') {
    return value === 'true' || value === 'false' ? value === 'true' : value;
  }
  return value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const instant = z.iso.datetime({ offset: true });

/** A time in ISO 8601 with its offset; anything else stays what it is. */
function dateOf(value: unknown): unknown {
  return instant.safeParse(value).success ? new Date(String(value)) : value;
}

/** A fault’s path in the contract’s names as it is in those of REST: `metadata.companySize` keeps its last part. */
export function wirePath(schema: z.core.$ZodType, path: readonly string[]): string[] {
  const [first, ...rest] = path;
  if (first === undefined) return [];
  const def = defOf(schema, 'in');
  if (def.type === 'object') {
    const inner = def.shape[first];
    return [snakeCaseName(first), ...(inner === undefined ? rest : wirePath(inner, rest))];
  }
  if (def.type === 'array') return [first, ...wirePath(def.element, rest)];
  return [...path];
}
