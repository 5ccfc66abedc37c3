import { filterFields, type FilterField } from '@apigate/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFilter, type FilterColumns } from './compile-filter.ts';
import { parseFilter, type Filter } from './parse-filter.ts';

const columns = Object.fromEntries(
  filterFields.filter((field) => field !== 'plan').map((field) => [field, `<${field}>`]),
) as FilterColumns;

/** What is told of an expression that cannot be read. */
function faultOf(text: string): string {
  try {
    parseFilter(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_request' });
    const [fault] = (error as { errors: { path: string; message: string }[] }).errors;
    expect(fault?.path).toBe('filter');
    return fault?.message ?? '';
  }
  throw new Error(`${text} was read`);
}

test('reads comparisons, and before or, not before both, and parentheses', () => {
  const is = (field: FilterField, operator: string, value: number | string) => ({
    kind: 'comparison',
    field,
    operator,
    value,
  });
  expect(parseFilter('quota_percent > 80 and plan = "free"')).toEqual({
    kind: 'and',
    parts: [is('quota_percent', '>', 80), is('plan', '=', 'free')],
  });
  expect(parseFilter('requests=1 OR keys!=2 AND NOT (bytes<=3.5 or errors<-1)')).toEqual({
    kind: 'or',
    parts: [
      is('requests', '=', 1),
      {
        kind: 'and',
        parts: [
          is('keys', '!=', 2),
          {
            kind: 'not',
            part: { kind: 'or', parts: [is('bytes', '<=', 3.5), is('errors', '<', -1)] },
          },
        ],
      },
    ],
  });
  expect(parseFilter(String.raw`plan = "a \"b\" \\ c"`)).toMatchObject({
    value: String.raw`a "b" \ c`,
  });
});

test.each([
  ['quota > 80', 'unknown field "quota" at character 1; the fields are requests,'],
  ['requests > 1 and quota > 80', 'unknown field "quota" at character 18;'],
  ['requests', 'expected one of <= >= != = < >, found the end at character 9'],
  ['requests >', 'expected a number, because of "requests", found the end at character 11'],
  ['requests > "1"', 'expected a number, because of "requests", found "1" at character 12'],
  ['plan = 1', 'expected text in double quotes, because of "plan", found "1" at character 8'],
  ['plan > "a"', '"plan" can be compared with = and != alone at character 8'],
  ['status = "actve"', 'unknown status "actve" at character 10; a status is active, pending,'],
  ['plan = "free', 'the text has no closing quote'],
  ['(requests > 1', 'expected ")", found the end at character 14'],
  ['requests > 1)', 'expected "and", "or" or the end, found ")" at character 13'],
  [
    'requests > 1 requests > 2',
    'expected "and", "or" or the end, found "requests" at character 14',
  ],
  ['requests > 1; drop table users', '";" has no meaning here at character 13'],
  ['requests > 1e9', 'this is not a number at character 12'],
  ['requests == 1', 'expected a number, because of "requests", found "=" at character 11'],
  ['and', 'unknown field "and" at character 1'],
  ['', 'expected a field, found the end at character 1'],
])('tells of %s what is wrong, and where', (text, message) => {
  expect(faultOf(text)).toContain(message);
});

test('is bounded in length, depth and comparisons', () => {
  expect(faultOf(' '.repeat(1001))).toContain('1000 are allowed');
  expect(faultOf(`${'('.repeat(17)}keys=1${')'.repeat(17)}`)).toContain('more than 16');
  expect(faultOf(`${'not '.repeat(17)}keys=1`)).toContain('more than 16');
  const many = Array.from({ length: 51 }, () => 'keys=1').join(' or ');
  expect(faultOf(many)).toContain('more than 50 comparisons');
});

/** Expressions, and what they come to for certain figures. */
const figures: Record<FilterField, number | string | null> = {
  requests: 100,
  errors: 7,
  error_percent: 7,
  quota_percent: null,
  bytes: 1000,
  keys: 2,
  plan: 'free',
  status: 'active',
  last_active_days: 3,
};

interface Written {
  text: string;
  holds: boolean;
}

const numberComparison: fc.Arbitrary<Written> = fc
  .record({
    field: fc.constantFrom(...filterFields.filter((f) => f !== 'plan' && f !== 'status')),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    value: fc.integer({ min: 0, max: 110 }),
  })
  .map(({ field, operator, value }) => {
    const own = figures[field];
    const judges: Record<string, boolean> =
      typeof own === 'number'
        ? {
            '=': own === value,
            '!=': own !== value,
            '<': own < value,
            '<=': own <= value,
            '>': own > value,
            '>=': own >= value,
          }
        : {};
    return { text: `${field} ${operator} ${value}`, holds: judges[operator] ?? false };
  });

const expression = fc.letrec<{ any: Written }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    numberComparison,
    fc.record({ of: tie('any') }).map(({ of }) => ({ text: `not (${of.text})`, holds: !of.holds })),
    fc.record({ a: tie('any'), b: tie('any'), isAnd: fc.boolean() }).map(({ a, b, isAnd }) => ({
      text: `(${a.text}) ${isAnd ? 'and' : 'or'} (${b.text})`,
      holds: isAnd ? a.holds && b.holds : a.holds || b.holds,
    })),
  ),
})).any;

/** What a filter comes to, by its tree. */
function judge(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every(judge);
    case 'or':
      return filter.parts.some(judge);
    case 'not':
      return !judge(filter.part);
    case 'comparison': {
      const own = figures[filter.field];
      if (typeof own !== 'number' || typeof filter.value !== 'number') return false;
      const { value } = filter;
      const results = {
        '=': own === value,
        '!=': own !== value,
        '<': own < value,
        '<=': own <= value,
        '>': own > value,
        '>=': own >= value,
      };
      return results[filter.operator];
    }
  }
}

describe('whatever is typed', () => {
  test('a well-formed expression means what it says', () => {
    fc.assert(
      fc.property(expression, ({ text, holds }) => {
        if (text.length <= 1000) expect(judge(parseFilter(text))).toBe(holds);
      }),
    );
  });

  test('becomes a filter or a fault with a place, and nothing of it becomes SQL', () => {
    const piece = fc.constantFrom(
      ...filterFields,
      ...[
        'and',
        'or',
        'not',
        '(',
        ')',
        '=',
        '!=',
        '<',
        '"free"',
        '1',
        '-2.5',
        ' ',
        '?',
        '$1',
        "'",
        '--',
        '\\',
      ],
    );
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 20 }).map((p) => p.join(' ')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        try {
          const { sql, values } = compileFilter(parseFilter(text), columns);
          expect(sql).toMatch(/^(?:<\w+>|[a-z0-9_.:?()<>=, ]|false)+$/);
          expect(sql.split('?')).toHaveLength(values.length + 1);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' });
          expect(faultOf(text)).toMatch(/ at character \d+/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a text of any characters is a value, as it was typed', () => {
    const name = fc
      .string({ unit: 'grapheme', maxLength: 50 })
      .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed());
    fc.assert(
      fc.property(name, (text) => {
        const typed = text.replaceAll(/["\\]/g, String.raw`\$&`);
        const { sql, values } = compileFilter(parseFilter(`plan = "${typed}"`), columns);
        expect(values).toEqual([text, text]);
        expect(sql).toBe('(p.slug = lower(?) or lower(p.name) = lower(?))');
      }),
    );
  });
});
