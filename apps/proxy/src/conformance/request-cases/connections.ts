import { chunked, draft, smuggled, type NamedRequest } from './draft.ts';

/** Headers that are about the connection, upgrades and expectations. */
export function connectionCases(): NamedRequest[] {
  const cases: NamedRequest[] = [];
  const listed = [
    'close',
    'Close',
    'keep-alive',
    'keep-alive, close',
    'close, keep-alive',
    'x',
    'Content-Length',
    'Transfer-Encoding',
    'Host',
    'close, Host',
    'X-Api-Key',
    'X-User-Id',
    'Expect',
    'TE',
    'Upgrade',
    '',
    ',',
    ',close',
    'close,',
    '"close"',
    'closed',
    'c lose',
    'close;x',
    'Connection',
    'X-Forwarded-For',
    'Cookie',
    'keep-alive\r\nConnection: close',
    'close\r\nConnection: keep-alive',
  ];
  for (const value of listed) {
    const connection = `Connection: ${value}`;
    cases.push([
      `connection ${value}`,
      draft({ line: 'GET /c@ID@/x HTTP/1.1', headers: [connection] }),
    ]);
    cases.push([
      `connection ${value} with length`,
      draft({ headers: [connection, 'Content-Length: 5', 'X-A: b'], body: 'hello' }),
    ]);
    cases.push([
      `connection ${value} with chunks`,
      draft({ headers: [connection, chunked, 'X-A: b'], body: '5\r\nhello\r\n0\r\n\r\n' }),
    ]);
    cases.push([
      `connection ${value} in 1.0`,
      draft({
        line: 'POST /c@ID@/x HTTP/1.0',
        headers: [connection, 'Content-Length: 5'],
        body: 'hello',
      }),
    ]);
  }
  const others = [
    'Upgrade: h2c',
    'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
    'Upgrade: TLS/1.0\r\nConnection: Upgrade',
    'Upgrade: websocket',
    'Upgrade: websocket\r\nConnection: Upgrade',
    'Upgrade: x\r\nConnection: Upgrade',
    'TE: trailers',
    'TE: chunked',
    'TE: gzip',
    'TE: trailers, deflate;q=0.5',
    'Trailer: Content-Length',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: close',
    'Proxy-Authorization: Basic eDp5',
    'Max-Forwards: 0',
    'Range: bytes=0-1',
    'If-Match: *',
    'Content-Encoding: gzip',
    'X-HTTP-Method-Override: DELETE',
    'X-Original-URL: /other',
    'Via: 1.1 x',
    'Forwarded: for=1.2.3.4',
    'Date: x',
    'Accept-Encoding: x',
  ];
  for (const header of others) {
    cases.push([header.slice(0, 30), draft({ line: 'GET /c@ID@/x HTTP/1.1', headers: [header] })]);
    cases.push([
      `${header.slice(0, 30)} with length`,
      draft({ headers: [header, 'Content-Length: 5'], body: 'hello' }),
    ]);
    cases.push([
      `${header.slice(0, 30)} with chunks`,
      draft({ headers: [header, chunked], body: '5\r\nhello\r\n0\r\n\r\n' }),
    ]);
  }
  const expectations = [
    '100-continue',
    '100-Continue',
    '100-continue, 100-continue',
    '100-continue;x',
    'y 100-continue',
    '100-continu',
    '200-ok',
    '',
    '\t100-continue',
    '100 continue',
    '"100-continue"',
  ];
  for (const value of expectations) {
    const header = `Expect: ${value}`;
    cases.push([
      `expect ${value}`,
      draft({ headers: [header, 'Content-Length: 5'], body: 'hello' }),
    ]);
    cases.push([
      `expect ${value} with chunks`,
      draft({ headers: [header, chunked], body: '5\r\nhello\r\n0\r\n\r\n' }),
    ]);
    cases.push([
      `expect ${value} without body`,
      draft({ line: 'GET /c@ID@/x HTTP/1.1', headers: [header] }),
    ]);
    cases.push([`expect ${value} with nothing`, draft({ headers: [header, 'Content-Length: 0'] })]);
    cases.push([
      `expect ${value} in 1.0`,
      draft({
        line: 'POST /c@ID@/x HTTP/1.0',
        headers: [header, 'Content-Length: 5'],
        body: 'hello',
      }),
    ]);
    cases.push([
      `expect ${value} in vain`,
      draft({ headers: [header, 'Content-Length: 42'], body: smuggled.slice(0, 30) }),
    ]);
  }
  return cases;
}
