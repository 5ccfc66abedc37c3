import { draft, host, type NamedRequest } from './draft.ts';

/** Ends of lines, and what stands between requests. */
export function endCases(): NamedRequest[] {
  const cases: NamedRequest[] = [];
  const good = draft({ headers: ['Content-Length: 5'], body: 'hello' });
  for (const front of [
    '\r\n',
    '\r\n\r\n',
    '\r\n'.repeat(5),
    '\n',
    '\n\n',
    '\r',
    ' ',
    '\t',
    '\0',
    ' \r\n',
    '0\r\n\r\n',
    'x\r\n',
    '\xef\xbb\xbf',
  ]) {
    cases.push([`${JSON.stringify(front)} in front`, front + good]);
    cases.push([`${JSON.stringify(front)} between`, good + front + good]);
  }
  for (const end of [
    '\n',
    '\r',
    '\r\r\n',
    '\n\r',
    '\r\n\n',
    '\0\r\n',
    ' \r\n',
    '\x0b\r\n',
    '\x85',
  ]) {
    const json = JSON.stringify(end);
    for (const body of ['', 'hello']) {
      const framing = body === '' ? 'X-C: d' : 'Content-Length: 5';
      const what = body === '' ? '' : ' with body';
      cases.push([
        `${json} after the request line${what}`,
        `POST /c@ID@/x HTTP/1.1${end}${host}\r\n${framing}\r\n\r\n${body}`,
      ]);
      cases.push([
        `${json} after a header${what}`,
        `POST /c@ID@/x HTTP/1.1\r\n${host}${end}${framing}\r\n\r\n${body}`,
      ]);
      cases.push([
        `${json} after the last header${what}`,
        `POST /c@ID@/x HTTP/1.1\r\n${host}\r\n${framing}${end}\r\n${body}`,
      ]);
      cases.push([
        `${json} after the head${what}`,
        `POST /c@ID@/x HTTP/1.1\r\n${host}\r\n${framing}\r\n${end}${body}`,
      ]);
      cases.push([
        `${json} everywhere${what}`,
        `POST /c@ID@/x HTTP/1.1${end}${host}${end}${framing}${end}${end}${body}`,
      ]);
    }
  }
  return cases;
}
