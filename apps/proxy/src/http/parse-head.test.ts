import { describe, expect, test } from 'vitest';
import { RequestHead } from '../request-head.ts';
import { hasStrayBytes, parseAnswerHead, parseRequestHead } from './parse-head.ts';

function request(text: string): RequestHead | string {
  return parseRequestHead(text);
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n';

describe('a request', () => {
  test('is read with its fields in their order, repetition and spelling', () => {
    const head = request('POST /a?b HTTP/1.1\r\nHost: A:80\r\nX-a:1\r\nx-A: \t 2 \t\r\nE:\r\n\r\n');
    expect(head).toMatchObject({ method: 'POST', url: '/a?b', isHttp11: true, host: 'a:80' });
    if (!(head instanceof RequestHead)) throw new Error(head);
    expect(head.fields.spellings).toEqual(['Host', 'X-a', 'x-A', 'E']);
    expect(head.fields.values).toEqual(['A:80', '1', '2', '']);
  });

  test('is read from memory in which other bytes stand behind it', () => {
    const text = `${get}X: 1\r\n\r\n`;
    const head = parseRequestHead(text, Buffer.from(`${text}Y: 2\r\n\r\n`, 'latin1'));
    expect(head).toEqual(parseRequestHead(text));
  });

  test.each([
    ['GET / HTTP/1.1', true, true],
    ['GET / HTTP/1.0', false, false],
  ])('%s: is 1.1 %s, keeps alive %s', (line, isHttp11, keepsAlive) => {
    expect(request(`${line}\r\n\r\n`)).toMatchObject({ isHttp11, keepsAlive });
  });

  test.each([
    ['HTTP/1.1', 'close', false],
    ['HTTP/1.1', 'Keep-Alive, CLOSE', false],
    ['HTTP/1.1', 'closed', true],
    ['HTTP/1.0', 'Keep-Alive', true],
    ['HTTP/1.0', 'keep-alive, close', false],
  ])('%s with Connection: %s keeps alive: %s', (version, connection, keepsAlive) => {
    const head = request(`GET / ${version}\r\nConnection: ${connection}\r\n\r\n`);
    expect(head).toMatchObject({ keepsAlive });
  });

  test.each([
    ['no request line', '\r\n'],
    ['a line without version', 'GET /\r\n\r\n'],
    ['another version', 'GET / HTTP/1.2\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\n'],
    ['HTTP/0.9', 'GET / HTTP/0.9\r\n\r\n'],
    ['lower case http', 'GET / http/1.1\r\n\r\n'],
    ['a space at the end of the line', 'GET / HTTP/1.1 \r\n\r\n'],
    ['two spaces', 'GET  / HTTP/1.1\r\n\r\n'],
    ['a space before the line', ' GET / HTTP/1.1\r\n\r\n'],
    ['a tab for a space', 'GET\t/ HTTP/1.1\r\n\r\n'],
    ['a method in lower case', 'get / HTTP/1.1\r\n\r\n'],
    ['a method that is no token', 'G(T / HTTP/1.1\r\n\r\n'],
    ['a byte above ASCII in the target', 'GET /\xe9 HTTP/1.1\r\n\r\n'],
    ['a NUL in the target', 'GET /\x00 HTTP/1.1\r\n\r\n'],
    ['lines that end with LF', 'GET / HTTP/1.1\nHost: a\n\r\n\r\n'],
    ['a field that ends with LF', `${get}X: 1\nY: 2\r\n\r\n`],
    ['a CR in a value', `${get}X: 1\rY: 2\r\n\r\n`],
    ['a CR before CRLF', `${get}X: 1\r\r\n\r\n`],
    ['a NUL in a value', `${get}X: a\x00b\r\n\r\n`],
    ['a control character in a value', `${get}X: a\x0bb\r\n\r\n`],
    ['a DEL in a value', `${get}X: a\x7fb\r\n\r\n`],
    ['a folded value', `${get}X: 1\r\n 2\r\n\r\n`],
    ['a field folded with a tab', `${get}X: 1\r\n\t2\r\n\r\n`],
    ['a field that begins with a space', `GET / HTTP/1.1\r\n Host: a\r\n\r\n`],
    ['a space before the colon', `${get}X : 1\r\n\r\n`],
    ['a tab before the colon', `${get}X\t: 1\r\n\r\n`],
    ['no colon', `${get}X\r\n\r\n`],
    ['no name', `${get}: 1\r\n\r\n`],
    ['a name that is no token', `${get}X(a): 1\r\n\r\n`],
    ['a byte above ASCII in a name', `${get}X\xe9: 1\r\n\r\n`],
    ['a NUL in a name', `${get}X\x00: 1\r\n\r\n`],
    ['length and chunks', `${get}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['chunks and length', `${get}Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n`],
    ['two lengths', `${get}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    ['one length twice', `${get}Content-Length: 1\r\ncontent-length: 1\r\n\r\n`],
    ['a list of lengths', `${get}Content-Length: 1, 1\r\n\r\n`],
    ['an empty length', `${get}Content-Length:\r\n\r\n`],
    ['a signed length', `${get}Content-Length: +1\r\n\r\n`],
    ['a negative length', `${get}Content-Length: -1\r\n\r\n`],
    ['a hexadecimal length', `${get}Content-Length: 0x1\r\n\r\n`],
    ['a broken length', `${get}Content-Length: 1.0\r\n\r\n`],
    ['a length in parts', `${get}Content-Length: 1 0\r\n\r\n`],
    ['a length with an exponent', `${get}Content-Length: 1e3\r\n\r\n`],
    ['a length with underscores', `${get}Content-Length: 1_0\r\n\r\n`],
    ['a length past all bounds', `${get}Content-Length: 9999999999999999\r\n\r\n`],
    ['chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['chunks twice', `${get}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['chunks twice in one', `${get}Transfer-Encoding: chunked, chunked\r\n\r\n`],
    ['another coding before', `${get}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['another coding behind', `${get}Transfer-Encoding: chunked, identity\r\n\r\n`],
    ['another coding', `${get}Transfer-Encoding: identity\r\n\r\n`],
    ['no coding', `${get}Transfer-Encoding:\r\n\r\n`],
    ['chunked that is none', `${get}Transfer-Encoding: xchunked\r\n\r\n`],
    ['chunked in quotes', `${get}Transfer-Encoding: "chunked"\r\n\r\n`],
    ['chunked with a parameter', `${get}Transfer-Encoding: chunked;a=b\r\n\r\n`],
    ['chunked with a vertical tab', `${get}Transfer-Encoding: \x0bchunked\r\n\r\n`],
  ])('with %s is refused', (_what, text) => {
    expect(request(text)).toBe('bad_request');
  });

  test.each([
    ['Transfer-Encoding: chunked', { isChunked: true, hasBody: true }],
    ['transfer-ENCODING:Chunked', { isChunked: true, hasBody: true }],
    ['Content-Length: 0', { contentLength: 0, hasBody: false }],
    ['Content-Length: 007', { contentLength: 7, hasBody: true }],
    ['X-Nothing: 1', { contentLength: null, isChunked: false, hasBody: false }],
  ])('with %s is framed %j', (line, framing) => {
    expect(request(`${get}${line}\r\n\r\n`)).toMatchObject(framing);
  });

  test('may have 100 fields and a URL of 8 KB, and no more', () => {
    const fields = (count: number) => Array.from({ length: count }, () => 'A: b\r\n').join('');
    expect(request(`GET / HTTP/1.1\r\n${fields(100)}\r\n`)).toHaveProperty('fields.size', 100);
    expect(request(`GET / HTTP/1.1\r\n${fields(101)}\r\n`)).toBe('headers_too_large');
    const url = (length: number) => `GET /${'a'.repeat(length - 1)} HTTP/1.1\r\n\r\n`;
    expect(request(url(8_192))).toHaveProperty('url.length', 8_192);
    expect(request(url(8_193))).toBe('uri_too_long');
  });

  test('passes bytes above ASCII in values as they are', () => {
    const head = request(`${get}X: \xe9\xff\r\n\r\n`);
    expect(head).toHaveProperty('fields.values', ['a', '\xe9\xff']);
  });
});

test.each([
  ['GET / HTTP/1.1\r\nHost: a\r\nX', false],
  ['GET / HTTP/1.1\r', false],
  ['GET / HTTP/1.1\nHost', true],
  ['GET / HTTP/1.1\rHost', true],
  ['\nGET', true],
  ['\x16\x03\x01', true],
  ['GET /\x00', true],
])('the beginning %j is hopeless: %s', (text, isHopeless) => {
  expect(hasStrayBytes(text)).toBe(isHopeless);
});

describe('an answer', () => {
  test.each([
    ['HTTP/1.1 200 OK', { status: 200, statusLine: 'HTTP/1.1 200 OK\r\n', isHttp11: true }],
    [
      'HTTP/1.0 404 Not  Here',
      { status: 404, statusLine: 'HTTP/1.1 404 Not  Here\r\n', isHttp11: false },
    ],
    ['HTTP/1.1 200 ', { status: 200, statusLine: 'HTTP/1.1 200 \r\n' }],
    ['HTTP/1.1 200', { status: 200, statusLine: 'HTTP/1.1 200 \r\n' }],
    ['HTTP/1.1 299 \xe9', { status: 299, statusLine: 'HTTP/1.1 299 \xe9\r\n' }],
  ])('begins with %s', (line, head) => {
    expect(parseAnswerHead(`${line}\r\n\r\n`, false)).toMatchObject(head);
  });

  test.each([
    ['HTTP/1.1 2000 OK'],
    ['HTTP/1.1 20 OK'],
    ['HTTP/1.1 099 OK'],
    ['HTTP/2 200 OK'],
    ['HTTP/1.2 200 OK'],
    ['http/1.1 200 OK'],
    ['HTTP/1.1  200 OK'],
    ['HTTP/1.1 200 O\x00K'],
    ['HTTP/1.1 200 OK\nX: 1'],
    ['ICY 200 OK'],
    [' HTTP/1.1 200 OK'],
    ['HTTP/1.1 200 OK\r\nX : 1'],
    ['HTTP/1.1 200 OK\r\nX: 1\r\n 2'],
    ['HTTP/1.1 200 OK\r\nX: a\rb'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked'],
    ['HTTP/1.1 200 OK\r\nContent-Length: +1'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked'],
    ['HTTP/1.1 204 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1'],
  ])('is none that begins with %j', (line) => {
    expect(parseAnswerHead(`${line}\r\n\r\n`, false)).toBeNull();
  });

  test.each([
    ['200 OK\r\nContent-Length: 5', false, 'sized', true],
    ['200 OK\r\nContent-Length: 0', false, 'none', true],
    ['200 OK\r\nContent-Length: 5', true, 'none', true],
    ['200 OK\r\nTransfer-Encoding: chunked', false, 'chunked', true],
    ['200 OK\r\nTransfer-Encoding: chunked', true, 'none', true],
    ['200 OK', false, 'until_close', false],
    ['200 OK', true, 'none', true],
    ['204 No Content\r\nContent-Length: 5', false, 'none', true],
    ['304 Not Modified\r\nContent-Length: 5', false, 'none', true],
    ['103 Early Hints', false, 'none', true],
    ['200 OK\r\nContent-Length: 5\r\nConnection: close', false, 'sized', false],
    ['200 OK\r\nContent-Length: 5\r\nConnection: a, Close', false, 'sized', false],
  ])('%j to HEAD %s is framed %s, and keeps alive: %s', (rest, isForHead, framing, keepsAlive) => {
    expect(parseAnswerHead(`HTTP/1.1 ${rest}\r\n\r\n`, isForHead)).toMatchObject({
      framing,
      keepsAlive,
    });
  });

  test('of HTTP/1.0 keeps alive only when it says so', () => {
    const answer = (line: string) =>
      parseAnswerHead(`HTTP/1.0 200 OK\r\nContent-Length: 1${line}\r\n\r\n`, false)?.keepsAlive;
    expect([answer(''), answer('\r\nConnection: keep-alive')]).toEqual([false, true]);
  });
});
