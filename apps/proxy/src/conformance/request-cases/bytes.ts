import { chunked, draft, type NamedRequest } from './draft.ts';

/** Every byte that means something to some parser, at every place where one may stand. */
export function byteCases(): NamedRequest[] {
  const bytes = [
    ...Array(0x21).keys(),
    ...'"#%(),/:;<=>?@[\\]{}_'.split('').map((c) => c.charCodeAt(0)),
    0x7f,
    0x80,
    0x85,
    0xa0,
    0xad,
    0xff,
  ];
  const places: ((byte: string) => string)[] = [
    (b) => draft({ line: `PO${b}ST /c@ID@/x HTTP/1.1` }),
    (b) => draft({ line: `GET /c@ID@/a${b}b HTTP/1.1` }),
    (b) => draft({ line: `GET /c@ID@/x?a${b}b HTTP/1.1` }),
    (b) => draft({ headers: [`X-A${b}B: c`, 'Content-Length: 5'], body: 'hello' }),
    (b) => draft({ headers: [`X-A${b}: c`, 'Content-Length: 5'], body: 'hello' }),
    (b) => draft({ headers: [`${b}X-A: c`, 'Content-Length: 5'], body: 'hello' }),
    (b) => draft({ headers: [`X-A: b${b}c`, 'Content-Length: 5'], body: 'hello' }),
    (b) => draft({ headers: [`Host: api${b}example.com`] }),
    (b) => draft({ headers: [`Content-Length: 5${b}`], body: 'hello' }),
    (b) => draft({ headers: [`Content-Length:${b}5`], body: 'hello' }),
    (b) => draft({ headers: [`Transfer-Encoding: chunked${b}`], body: '5\r\nhello\r\n0\r\n\r\n' }),
    (b) => draft({ headers: [`Transfer-Encoding:${b}chunked`], body: '5\r\nhello\r\n0\r\n\r\n' }),
    (b) => draft({ headers: [chunked], body: `5${b}\r\nhello\r\n0\r\n\r\n` }),
    (b) => draft({ headers: [chunked], body: `5;a${b}b\r\nhello\r\n0\r\n\r\n` }),
    (b) => draft({ headers: [chunked], body: `5\r\nhello\r\n0\r\nX-A${b}: b\r\n\r\n` }),
  ];
  return places.flatMap((place, at) =>
    bytes.map((code): NamedRequest => [
      `byte ${code} at place ${at}`,
      place(String.fromCharCode(code)),
    ]),
  );
}
