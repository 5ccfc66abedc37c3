import type { FilterField } from '@apigate/contract';
import type { Filter, Operator } from './parse-filter.ts';

/** SQL for each field that is no plan. */
export type FilterColumns = Record<Exclude<FilterField, 'plan'>, string>;

/** A condition with its values, in the order of its question marks. */
export interface Condition {
  sql: string;
  values: unknown[];
}

const sqlOperators: Record<Operator, string> = {
  '=': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/**
 * Makes SQL of a filter; what was typed is in its values alone. What a field does not have (a percentage of an
 * unlimited quota) compares as false. A plan is looked at as `p`.
 */
export function compileFilter(filter: Filter, columns: FilterColumns): Condition {
  switch (filter.kind) {
    case 'not': {
      const { sql, values } = compileFilter(filter.part, columns);
      return { sql: `not ${sql}`, values };
    }
    case 'comparison': {
      const { field, operator, value } = filter;
      if (field === 'plan') return planCondition(operator, String(value));
      const type = typeof value === 'number' ? 'float8' : 'text';
      const comparison = `${columns[field]} ${sqlOperators[operator]} ?::${type}`;
      return { sql: `coalesce(${comparison}, false)`, values: [value] };
    }
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => compileFilter(part, columns));
      return {
        sql: `(${parts.map(({ sql }) => sql).join(` ${filter.kind} `)})`,
        values: parts.flatMap(({ values }) => values),
      };
    }
  }
}

/** A plan is meant by its slug or its name, in any case. */
function planCondition(operator: Operator, name: string): Condition {
  return {
    sql: `${operator === '=' ? '' : 'not '}(p.slug = lower(?) or lower(p.name) = lower(?))`,
    values: [name, name],
  };
}

/** The fields that a filter names. */
export function fieldsOf(filter: Filter): Set<FilterField> {
  switch (filter.kind) {
    case 'not':
      return fieldsOf(filter.part);
    case 'comparison':
      return new Set([filter.field]);
    case 'and':
    case 'or':
      return new Set(filter.parts.flatMap((part) => [...fieldsOf(part)]));
  }
}
