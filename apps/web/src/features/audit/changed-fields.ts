import type { AuditEvent } from '@apigate/contract';

export interface ChangedField {
  name: string;
  /** Undefined where the field was not there. */
  before: string | undefined;
  after: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** What a deed altered, field by field; the entries of an object (metadata) count by themselves. */
export function changedFields({ before, after }: Pick<AuditEvent, 'before' | 'after'>) {
  return [...changesBetween(before ?? {}, after ?? {})];
}

function* changesBetween(before: Values, after: Values, path = ''): Generator<ChangedField> {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = nameOrValue(before[name]);
    const now = nameOrValue(after[name]);
    if (isValues(old) || isValues(now)) {
      yield* changesBetween(isValues(old) ? old : {}, isValues(now) ? now : {}, `${path}${name}.`);
    } else if (valueText(old) !== valueText(now)) {
      yield { name: `${path}${name}`, before: valueText(old), after: valueText(now) };
    }
  }
}

/** A thing with a life of its own (the plan of a user) is told by its name. */
function nameOrValue(value: unknown): unknown {
  return isValues(value) && 'id' in value && 'name' in value ? value['name'] : value;
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
