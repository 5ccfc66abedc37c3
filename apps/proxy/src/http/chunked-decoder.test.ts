import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkedDecoder } from './chunked-decoder.ts';

interface Decoded {
  body: string;
  isDone: boolean;
  isBad: boolean;
  /** What came behind the body. */
  rest: string;
  trailers: string[];
}

/** Decodes what comes in the given pieces. */
function decode(pieces: readonly string[]): Decoded {
  const decoder = new ChunkedDecoder();
  const chunks: string[] = [];
  const sink = { onChunk: (chunk: Buffer) => void chunks.push(chunk.toString('latin1')) };
  let rest = '';
  let isBad = false;
  for (const piece of pieces) {
    if (isBad) break;
    const bytes = Buffer.from(piece, 'latin1');
    const end = decoder.isDone ? 0 : decoder.decode(bytes, 0, sink);
    if (end === -1) isBad = true;
    else rest += piece.slice(end);
  }
  const { trailers } = decoder;
  return {
    body: chunks.join(''),
    isDone: decoder.isDone,
    isBad,
    rest,
    trailers: trailers?.spellings.map((name, at) => `${name}: ${trailers.values[at]}`) ?? [],
  };
}

test.each([
  ['0\r\n\r\n', '', []],
  ['5\r\nhello\r\n0\r\n\r\n', 'hello', []],
  ['5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n', 'hello world', []],
  ['A\r\n0123456789\r\n000\r\n\r\n', '0123456789', []],
  ['a;x\r\n0123456789\r\n0;y=z\r\n\r\n', '0123456789', []],
  ['1;a="b c"\r\nx\r\n0\r\n\r\n', 'x', []],
  ['2\r\n\r\n\r\n0\r\n\r\n', '\r\n', []],
  ['1\r\nx\r\n0\r\nX-Sum: 1\r\nX-B:2\r\n\r\n', 'x', ['X-Sum: 1', 'X-B: 2']],
])('reads %j', (text, body, trailers) => {
  expect(decode([text])).toEqual({ body, isDone: true, isBad: false, rest: '', trailers });
});

test.each([
  ['nothing for a size', '\r\n'],
  ['a size with sign', '+1\r\nx\r\n'],
  ['a size with prefix', '0x1\r\nx\r\n'],
  ['a negative size', '-1\r\n'],
  ['a space before the size', ' 1\r\nx\r\n'],
  ['a space behind the size', '1 \r\nx\r\n'],
  ['a tab behind the size', '1\t;a\r\nx\r\n'],
  ['an underscore in the size', '1_0\r\n'],
  ['a size that ends with LF', '1\nx\r\n'],
  ['a size that ends with CR', '1\rx\r\n'],
  ['a size past all bounds', '1000000000000\r\n'],
  ['a size of zeros past all bounds', '0000000000000\r\n'],
  ['an extension that ends with LF', '1;a\nx\r\n'],
  ['an extension with CR', '1;a\rb\r\nx\r\n'],
  ['an extension with a control character', '1;\x00\r\nx\r\n'],
  ['an extension past all bounds', `1;${'a'.repeat(5_000)}\r\nx\r\n`],
  ['data longer than its size', '1\r\nxy\r\n'],
  ['data that ends with LF', '1\r\nx\n0\r\n\r\n'],
  ['data that ends with CR alone', '1\r\nx\r0\r\n\r\n'],
  ['data that ends with nothing', '1\r\nx0\r\n\r\n'],
  ['a trailer without colon', '0\r\nX\r\n\r\n'],
  ['a trailer that ends with LF', '0\r\nX: 1\nY: 2\r\n\r\n'],
  ['a folded trailer', '0\r\nX: 1\r\n 2\r\n\r\n'],
  ['a trailer with a space before the colon', '0\r\nX : 1\r\n\r\n'],
  ['trailers past all bounds', `0\r\nX: ${'a'.repeat(9_000)}`],
  ['101 trailers', `0\r\n${'X: 1\r\n'.repeat(101)}\r\n`],
])('refuses %s', (_what, text) => {
  expect(decode([text]).isBad).toBe(true);
  expect(decode(text.split('')).isBad).toBe(true);
});

test('extensions are bounded over all chunks', () => {
  expect(decode([`1;${'a'.repeat(40)}\r\nx\r\n`.repeat(200)]).isBad).toBe(true);
});

test('leaves alone what comes behind the body', () => {
  const next = 'GET / HTTP/1.1\r\n';
  expect(decode([`1\r\nx\r\n0\r\n\r\n${next}`])).toMatchObject({ isDone: true, rest: next });
  expect(decode([`0\r\nX: 1\r\n\r\n${next}`])).toMatchObject({ isDone: true, rest: next });
});

test('reads the same however a body is cut into pieces', () => {
  const body = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(body, fc.boolean(), fc.array(fc.nat(200)), (chunks, hasTrailers, cuts) => {
      const framed = chunks.map((chunk) => `${chunk.length.toString(16)};e\r\n${chunk}\r\n`);
      const text = `${framed.join('')}0\r\n${hasTrailers ? 'X-A: 1\r\n' : ''}\r\nGET`;
      const ends = [...cuts.filter((cut) => cut < text.length), text.length];
      const sorted = ends.toSorted((a, b) => a - b);
      const pieces = sorted.map((end, at) => text.slice(sorted[at - 1] ?? 0, end));
      const whole = decode([text]);
      expect(whole).toMatchObject({ body: chunks.join(''), isDone: true, rest: 'GET' });
      expect(decode(pieces)).toEqual(whole);
      expect(decode(text.split(''))).toEqual(whole);
    }),
  );
});
