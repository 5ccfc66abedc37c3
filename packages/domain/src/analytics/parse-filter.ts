import { filterCharsMax, filterFields, userStatus, type FilterField } from '@apigate/contract';
import { DomainError } from '../errors.ts';

const operators = ['<=', '>=', '!=', '=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

/** A filter expression, read. */
export type Filter =
  | { kind: 'and' | 'or'; parts: Filter[] }
  | { kind: 'not'; part: Filter }
  | { kind: 'comparison'; field: FilterField; operator: Operator; value: number | string };

/** How deep parentheses and `not` may go. */
const depthMax = 16;
const comparisonsMax = 50;

const textFields: ReadonlySet<FilterField> = new Set(['plan', 'status']);
const statuses: readonly string[] = userStatus.options;

interface Token {
  kind: 'word' | 'number' | 'string' | 'operator' | 'parenthesis' | 'end';
  text: string;
  /** Characters before it. */
  at: number;
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['word', /[A-Za-z_]+/y],
  ['number', /-?\d{1,15}(?:\.\d{1,15})?(?![\w.])/y],
  ['string', /"(?:[^"\\]|\\["\\])*"/y],
  ['operator', /<=|>=|!=|=|<|>/y],
  ['parenthesis', /[()]/y],
];
const space = /\s*/y;

/**
 * Reads an expression such as `quota_percent > 80 and plan = "free"`.
 *
 * @throws DomainError bad_request, which tells what is wrong at which character
 */
export function parseFilter(text: string): Filter {
  if (text.length > filterCharsMax) {
    throw fault(`it has ${text.length} characters; ${filterCharsMax} are allowed`, filterCharsMax);
  }
  return new FilterParser(tokensOf(text)).parse();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    at += space.exec(text)?.[0].length ?? 0;
    if (at >= text.length) return [...tokens, { kind: 'end', text: '', at }];
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found, at };
  }
  if (text[at] === '"') {
    throw fault(
      String.raw`the text has no closing quote, or a \ before something else than " or \ `.trim(),
      at,
    );
  }
  if (/[\d.-]/.test(text[at] ?? '')) throw fault('this is not a number', at);
  throw fault(`"${String.fromCodePoint(text.codePointAt(at) ?? 0)}" has no meaning here`, at);
}

class FilterParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #comparisons = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Filter {
    const filter = this.#chain('or');
    if (this.#token.kind === 'end') return filter;
    throw this.#expected('"and", "or" or the end');
  }

  #chain(kind: 'or' | 'and'): Filter {
    const part = () => (kind === 'or' ? this.#chain('and') : this.#term());
    const parts = [part()];
    while (this.#takeWord(kind)) parts.push(part());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #term(): Filter {
    const { at } = this.#token;
    const isNot = this.#takeWord('not');
    if (!isNot && !this.#take('parenthesis', '(')) return this.#comparison();
    this.#depth += 1;
    if (this.#depth > depthMax) {
      throw fault(`more than ${depthMax} parentheses and "not" inside each other`, at);
    }
    const filter: Filter = isNot ? { kind: 'not', part: this.#term() } : this.#chain('or');
    if (!isNot && !this.#take('parenthesis', ')')) throw this.#expected('")"');
    this.#depth -= 1;
    return filter;
  }

  #comparison(): Filter {
    const name = this.#token;
    if (name.kind !== 'word') throw this.#expected('a field');
    const field = filterFields.find((known) => known === name.text);
    if (field === undefined) {
      throw fault(
        `unknown field "${name.text}"`,
        name.at,
        `the fields are ${filterFields.join(', ')}`,
      );
    }
    this.#next += 1;
    const operator = operators.find((known) => this.#take('operator', known));
    if (operator === undefined) throw this.#expected(`one of ${operators.join(' ')}`);
    this.#comparisons += 1;
    if (this.#comparisons > comparisonsMax) {
      throw fault(`more than ${comparisonsMax} comparisons`, name.at);
    }
    return { kind: 'comparison', field, operator, value: this.#value(field, operator) };
  }

  #value(field: FilterField, operator: Operator): number | string {
    const token = this.#token;
    if (!textFields.has(field)) {
      if (token.kind !== 'number') throw this.#expected(`a number, because of "${field}"`);
      this.#next += 1;
      return Number(token.text);
    }
    if (token.kind !== 'string')
      throw this.#expected(`text in double quotes, because of "${field}"`);
    if (operator !== '=' && operator !== '!=') {
      throw fault(`"${field}" can be compared with = and != alone`, token.at);
    }
    const value = token.text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
    if (/\p{Cc}/u.test(value) || !value.isWellFormed()) {
      throw fault('the text holds control characters or half a character', token.at);
    }
    if (field === 'status' && !statuses.includes(value)) {
      throw fault(`unknown status "${value}"`, token.at, `a status is ${statuses.join(', ')}`);
    }
    this.#next += 1;
    return value;
  }

  get #token(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('there is always an end');
    return token;
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#token;
    if (token.kind !== kind || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    return this.#take('word', word) || this.#take('word', word.toUpperCase());
  }

  #expected(what: string): DomainError {
    const { kind, text, at } = this.#token;
    return fault(
      `expected ${what}, found ${kind === 'end' ? 'the end' : `"${unquoted(text)}"`}`,
      at,
    );
  }
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1) : text;
}

/** @param at characters before the place */
function fault(what: string, at: number, help?: string): DomainError {
  const message = `${what} at character ${at + 1}${help === undefined ? '' : `; ${help}`}`;
  return new DomainError('bad_request', `The filter cannot be read: ${message}.`, {
    errors: [{ path: 'filter', message }],
  });
}
