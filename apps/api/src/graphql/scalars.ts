import { GraphQLError, type GraphQLScalarType } from 'graphql';

/** How a scalar is read from a request and written into an answer; what it allows is up to the contract. */
type Coercion = Pick<GraphQLScalarType, 'coerceInputValue' | 'coerceOutputValue'>;

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function asIs<T>(value: T): T {
  return value;
}

export const scalars: Readonly<Record<string, Coercion>> = {
  DateTime: {
    coerceInputValue: (value) => {
      const time = typeof value === 'string' && isoTime.test(value) ? new Date(value) : null;
      if (time === null || Number.isNaN(time.getTime())) {
        throw new GraphQLError('It must be a time such as "2026-11-21T12:00:00Z".');
      }
      return time;
    },
    coerceOutputValue: (value) => {
      if (!(value instanceof Date)) throw new TypeError('a DateTime is made of a Date');
      return value.toISOString();
    },
  },
  Limit: { coerceInputValue: asIs, coerceOutputValue: asIs },
  SafeInt: { coerceInputValue: asIs, coerceOutputValue: asIs },
  StringMap: { coerceInputValue: asIs, coerceOutputValue: asIs },
};
