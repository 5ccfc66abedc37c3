import { snakeCaseName, type FieldError } from '@apigate/contract';
import { DomainError } from '@apigate/domain';
import type { Request } from 'express';
import type { Operation } from './operation.ts';
import { defOf, fromWire } from './wire.ts';

/** True where the fields of an input come in the query; elsewhere they are the JSON body. */
export function takesQuery({ method, consumes }: Operation): boolean {
  return method === 'GET' || method === 'DELETE' || consumes !== undefined;
}

/** Other names of fields: those of ids, and those by which the command line knows them. */
const aliases: readonly (readonly [alias: string, field: string])[] = [
  ['plan_id', 'plan'],
  ['user_id', 'user'],
  ['upstream_id', 'upstream'],
  ['price', 'price_monthly_cents'],
  ['rate_limit', 'rate_limit_per_minute'],
  ['monthly_quota', 'requests_per_month'],
  ['overage_price', 'overage_cents_per_1000'],
  ['default', 'is_default'],
  ['expires', 'expires_at'],
  ['scopes', 'required_scopes'],
];

/** What whoever makes something may call its own name for it. */
const chosenIds = [
  ['id', 'slug'],
  ['id', 'external_id'],
] as const;

/** The other names that an operation takes, with the fields that they stand for. */
export function aliasesIn({ input, params, method }: Operation): Readonly<Record<string, string>> {
  const def = defOf(input, 'in');
  if (def.type !== 'object') return {};
  const fields = new Set(Object.keys(def.shape).map(snakeCaseName));
  for (const named of Object.values(params)) fields.delete(snakeCaseName(named));
  return Object.fromEntries(
    [...aliases, ...(method === 'POST' ? chosenIds : [])].filter(
      ([alias, field]) => fields.has(field) && !fields.has(alias),
    ),
  );
}

/**
 * Puts path, query and body together to the input that an operation takes.
 *
 * @throws DomainError bad_request with every field that the operation does not know
 */
export function readInput(operation: Operation, req: Request): unknown {
  const faults: FieldError[] = [];
  const isQuery = takesQuery(operation);
  const body: unknown = req.body;
  const query = nested(req.query);
  const given: unknown = isQuery ? query : (body ?? {});
  if (!isQuery) {
    for (const path of Object.keys(query)) {
      faults.push({ path, message: 'is not taken in the address: put it into the body' });
    }
  }
  const fields = withoutAliases(operation, given, faults);
  for (const [name, field] of Object.entries(operation.params)) {
    if (field in Object(fields)) {
      faults.push({ path: field, message: `is named by the {${name}} of the address alone` });
    }
  }
  const input = fromWire(operation.input, fields, isQuery, faults);
  const [first] = faults;
  if (first !== undefined) {
    throw new DomainError('bad_request', `${first.path} ${first.message}`, { errors: faults });
  }
  return typeof input === 'object' && input !== null && !Array.isArray(input)
    ? { ...input, ...inPath(operation, req) }
    : input;
}

function inPath({ params }: Operation, req: Request): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, field]) => [field, req.params[name]]),
  );
}

function withoutAliases(operation: Operation, given: unknown, faults: FieldError[]): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const fields: Record<string, unknown> = { ...given };
  for (const [alias, field] of Object.entries(aliasesIn(operation))) {
    if (!(alias in fields)) continue;
    if (field in fields) {
      faults.push({ path: alias, message: `is the same as ${field}: give one of them` });
    }
    fields[field] = fields[alias];
    delete fields[alias];
  }
  return fields;
}

/** `metadata[tier]=gold` as an entry of the object `metadata`. */
function nested(query: Request['query']): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(query)) {
    const [, object, entry] = /^(\w+)\[([^[\]]+)\]$/.exec(name) ?? [];
    if (object === undefined || entry === undefined) fields.set(name, value);
    else fields.set(object, { ...Object(fields.get(object)), [entry]: value });
  }
  return Object.fromEntries(fields);
}
