/** A request as RFC 9112 reads it, with nothing forgiven. */
export interface StrictRequest {
  method: string;
  target: string;
  /** Name as sent and value, in order. */
  headers: [name: string, value: string][];
  /** One character a byte, as everywhere here. */
  body: string;
  trailers: [name: string, value: string][];
  /** Whether nothing behind it is a request any more. */
  isLast: boolean;
  /** Where it ends. */
  end: number;
}

/** What the bytes from a place on are: a request, the beginning of one, or neither. */
export type StrictReading =
  | { kind: 'request'; request: StrictRequest }
  | { kind: 'incomplete'; expectsContinue: boolean }
  | { kind: 'invalid'; reason: string };

const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
const headerLine =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*((?:[\x20-\x7e\x80-\xff\t]*[\x21-\x7e\x80-\xff])?)[ \t]*$/;
const chunkLine = /^0*([0-9A-Fa-f]{1,12})(?:[ \t]*;[\x20-\x7e\x80-\xff\t]*)?$/;
const lineBytesMax = 100_000;

class Invalid extends Error {}
class Incomplete extends Error {}

/** Reads line by line; every line ends with CR LF and holds neither elsewhere. */
class Lines {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  next(): string {
    const end = this.#text.indexOf('\n', this.at);
    if (end === -1) {
      const rest = this.#text.slice(this.at);
      if (/\r[^]/.test(rest) || rest.length > lineBytesMax) throw new Invalid('a line without end');
      throw new Incomplete();
    }
    const line = this.#text.slice(this.at, end);
    this.at = end + 1;
    if (!line.endsWith('\r') || line.indexOf('\r') !== line.length - 1) {
      throw new Invalid('a line that does not end with CR LF');
    }
    return line.slice(0, -1);
  }

  take(count: number): string {
    if (this.at + count > this.#text.length) throw new Incomplete();
    this.at += count;
    return this.#text.slice(this.at - count, this.at);
  }

  headers(): [string, string][] {
    const headers: [string, string][] = [];
    for (let line = this.next(); line !== ''; line = this.next()) {
      const [, name, value = ''] = headerLine.exec(line) ?? [];
      if (name === undefined) throw new Invalid(`the header ${JSON.stringify(line)}`);
      headers.push([name, value]);
    }
    return headers;
  }
}

/** The values of a header, in order. */
export function valuesOf(headers: readonly [string, string][], name: string): string[] {
  return headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
}

/** Reads one request that begins at a place; empty lines in front of it are skipped. */
export function readStrictly(text: string, at: number): StrictReading {
  const lines = new Lines(text, at);
  let expectsContinue = false;
  try {
    let first = lines.next();
    while (first === '') first = lines.next();
    const [, method = '', target = '', minor] = requestLine.exec(first) ?? [];
    if (minor === undefined) throw new Invalid(`the request line ${JSON.stringify(first)}`);
    const headers = lines.headers();
    const connection = valuesOf(headers, 'connection').join(',').toLowerCase();
    const isLast =
      /(?:^|,)[ \t]*close[ \t]*(?:,|$)/.test(connection) ||
      (minor === '0' && !/(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/.test(connection));
    expectsContinue = valuesOf(headers, 'expect').length > 0;
    const { body, trailers } = readBody(lines, headers, minor === '1');
    return {
      kind: 'request',
      request: { method, target, headers, body, trailers, isLast, end: lines.at },
    };
  } catch (error) {
    if (error instanceof Incomplete) return { kind: 'incomplete', expectsContinue };
    if (error instanceof Invalid) return { kind: 'invalid', reason: error.message };
    throw error;
  }
}

function readBody(
  lines: Lines,
  headers: readonly [string, string][],
  mayBeChunked: boolean,
): Pick<StrictRequest, 'body' | 'trailers'> {
  const lengths = valuesOf(headers, 'content-length');
  const codings = valuesOf(headers, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Invalid('more than one framing');
  const [length] = lengths;
  const [coding] = codings;
  if (length !== undefined) {
    if (!/^0*\d{1,15}$/.test(length)) throw new Invalid('the length');
    return { body: lines.take(Number(length)), trailers: [] };
  }
  if (coding === undefined) return { body: '', trailers: [] };
  if (coding.toLowerCase() !== 'chunked' || !mayBeChunked) throw new Invalid('the coding');
  let body = '';
  for (;;) {
    const line = lines.next();
    const [, size = ''] = chunkLine.exec(line) ?? [];
    if (size === '') throw new Invalid(`the chunk size ${JSON.stringify(line)}`);
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) return { body, trailers: lines.headers() };
    body += lines.take(bytes);
    if (lines.take(2) !== '\r\n') throw new Invalid('a chunk of another size than it says');
  }
}

/** Reads requests until they end, or cannot be read on. */
export function readAllStrictly(text: string): {
  requests: StrictRequest[];
  end: 'whole' | 'incomplete' | 'invalid';
} {
  const requests: StrictRequest[] = [];
  let at = 0;
  while (at < text.length) {
    const reading = readStrictly(text, at);
    if (reading.kind !== 'request') return { requests, end: reading.kind };
    requests.push(reading.request);
    if (reading.request.isLast) break;
    at = reading.request.end;
  }
  return { requests, end: 'whole' };
}
