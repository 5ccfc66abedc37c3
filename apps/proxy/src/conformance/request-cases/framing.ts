import { draft, host, lengthOf, smuggled, type NamedRequest } from './draft.ts';

/** The ways to write a header that have fooled one server or another; `v` is its value. */
const permutations: ((name: string, v: string) => string)[] = [
  (name, v) => `${name} : ${v}`,
  (name, v) => ` ${name}: ${v}`,
  (name, v) => `\t${name}: ${v}`,
  (name, v) => `${name}\t: ${v}`,
  (name, v) => `${name}:\t${v}`,
  (name, v) => `${name}:${v}`,
  (name, v) => `${name}:  \t ${v} \t`,
  (name, v) => `${name}: \x0b${v}`,
  (name, v) => `${name}: ${v}\x0b`,
  (name, v) => `${name}: \x0c${v}`,
  (name, v) => `${name}: ${v}\0`,
  (name, v) => `\0${name}: ${v}`,
  (name, v) => `${name}\0: ${v}`,
  (name, v) => `${name}: \x00${v}`,
  (name, v) => `${name}: \xa0${v}`,
  (name, v) => `${name}: ${v}\xa0`,
  (name, v) => `${name}: \x85${v}`,
  (name, v) => `${name}\xff: ${v}`,
  (name, v) => `${name}\xa0: ${v}`,
  (name, v) => `${name}:\n ${v}`,
  (name, v) => `${name}:\r\n ${v}`,
  (name, v) => `${name}:\r\n\t${v}`,
  (name, v) => `${name}: ${v}\r\n x`,
  (name, v) => `${name}:\r${v}`,
  (name, v) => `${name}: ${v}\r`,
  (name, v) => `X-A: b\n${name}: ${v}`,
  (name, v) => `X-A: b\r${name}: ${v}`,
  (name, v) => `X-A: b\r\r\n${name}: ${v}`,
  (name, v) => `X-A: b\n\r${name}: ${v}`,
  (name, v) => `X-A: b\r\n\r${name}: ${v}`,
  (name, v) => `X-A: b\0\r\n${name}: ${v}`,
  (name, v) => `X-A\r\n${name}: ${v}`,
  (name, v) => `X-A\r\n: ${name}: ${v}`,
  (name, v) => `${name.toLowerCase()}: ${v.toUpperCase()}`,
  (name, v) => `${name.toUpperCase()}: ${v}`,
  (name, v) => `${name}: "${v}"`,
  (name, v) => `${name}: '${v}'`,
  (name, v) => `${name}: ${v}, ${v}`,
  (name, v) => `${name}: ${v},`,
  (name, v) => `${name}: ,${v}`,
  (name, v) => `${name}: ${v};x=y`,
  (name, v) => `${name}: ${v} x`,
  (name, v) => `${name}: x ${v}`,
  (name, v) => `${name}: ${v} (x)`,
  (name, v) => `${name}: x${v}`,
  (name, v) => `${name}: ${v}\\`,
  (name, v) => `${name}: +${v}`,
  (name, v) => `${name}: 0${v}`,
  (name, v) => `${name}: \\x${v}`,
  (name, v) => `${name}: identity, ${v}`,
  (name, v) => `${name}: ${v}, identity`,
  (name, v) => `${name}: gzip\r\n${name}: ${v}`,
  (name, v) => `${name}: ${v}\r\n${name}: x`,
  (name, v) => `${name}: ${v}\r\n${name}: ${v}`,
  (name, v) => `${name}: ${v}\r\n${name.toLowerCase()}: ${v}`,
  (name, v) => `${name}:\r\n${name}: ${v}`,
  (name, v) => `${name.replace('-', '_')}: ${v}`,
  (name, v) => `${name.replace('-', '.')}: ${v}`,
  (name, v) => `${name.replace('-', ' ')}: ${v}`,
  (name, v) => `${name.replace('-', '\t')}: ${v}`,
  (name, v) => `${name.replace('-', '\u00ad')}: ${v}`,
  (name, v) => `${name}-: ${v}`,
  (name, v) => `X-${name}: ${v}`,
  (name, v) => `Foo: bar ${name}: ${v}`,
  (name, v) => `${name}=${v}`,
  (name, v) => `${name} ${v}`,
  (name, v) => `${name}:: ${v}`,
  (name, v) => `:${name}: ${v}`,
  (name, v) => `[${name}: ${v}`,
  (name, v) => `${name}[]: ${v}`,
  (name, v) => `${name}%20: ${v}`,
  (name, v) => `Connection: ${name}\r\n${name}: ${v}`,
  (name, v) => `Connection: close, ${name}\r\n${name}: ${v}`,
];

/** Lengths, codings, expectations and hosts in every way to write a header. */
export function framingCases(): NamedRequest[] {
  const cases: NamedRequest[] = [];
  const ended = '0\r\n\r\n';
  const hidden = ended + smuggled;
  for (const [at, permute] of permutations.entries()) {
    const te = permute('Transfer-Encoding', 'chunked');
    const oneTe = { headers: [te], body: `5\r\nhello\r\n${ended}` };
    cases.push([`te ${at}`, draft(oneTe)]);
    cases.push([`cl.te ${at}`, draft({ headers: [lengthOf(hidden), te], body: hidden })]);
    cases.push([
      `te.cl ${at}`,
      draft({ headers: [te, 'Content-Length: 4'], body: `2c\r\n${smuggled}` }),
    ]);
    const cl = permute('Content-Length', '5');
    cases.push([`cl ${at}`, draft({ headers: [cl], body: 'hello' })]);
    cases.push([`cl.cl ${at}`, draft({ headers: ['Content-Length: 0', cl], body: 'hello' })]);
    cases.push([
      `0.cl ${at}`,
      draft({ headers: [permute('Content-Length', '42')], body: smuggled }),
    ]);
    const expect = permute('Expect', '100-continue');
    cases.push([`expect ${at}`, draft({ headers: ['Content-Length: 5', expect], body: 'hello' })]);
    cases.push([`host ${at}`, draft({ headers: [permute('Host', 'api.example.com')] })]);
    cases.push([
      `two hosts ${at}`,
      draft({ headers: [host, permute('Host', 'other.example.com')] }),
    ]);
  }
  const lengths = [
    '',
    '+5',
    '-5',
    '-0',
    '0x5',
    '5.0',
    '5e0',
    '5 5',
    '5,5',
    '5, 6',
    '5;5',
    '\x005',
    '5\0',
    '０',
    '1_0',
    '0',
    '00',
    '05',
    '000000000000000000005',
    '4294967301',
    '18446744073709551621',
    '99999999999999999999',
    '9007199254740993',
    'five',
    '0b101',
    "5'",
    '5%',
  ];
  for (const value of lengths) {
    cases.push([
      `length ${value}`,
      draft({ headers: [`Content-Length: ${value}`], body: 'hello' }),
    ]);
    cases.push([
      `length ${value} of a GET`,
      draft({ line: 'GET /c@ID@/x HTTP/1.1', headers: [`Content-Length: ${value}`] }),
    ]);
  }
  const codings = [
    '',
    'chunked',
    'Chunked',
    'CHUNKED',
    'identity',
    'gzip',
    'gzip, chunked',
    'chunked, gzip',
    'chunked, chunked',
    'chunked,',
    ',chunked',
    'chunked;q=1',
    'chunked; x',
    'xchunked',
    'chunkedx',
    'chunked chunked',
    'cow',
    'chunked-x',
    'x-chunked',
    '"chunked"',
    'chun\tked',
    'chunke\xe4',
    'trailers',
    'null',
    'chunked\x7f',
  ];
  for (const value of codings) {
    for (const line of [
      'POST /c@ID@/x HTTP/1.1',
      'GET /c@ID@/x HTTP/1.1',
      'POST /c@ID@/x HTTP/1.0',
    ]) {
      cases.push([
        `coding ${value} of ${line}`,
        draft({ line, headers: [`Transfer-Encoding: ${value}`], body: hidden }),
      ]);
    }
    cases.push([
      `coding ${value} with length`,
      draft({ headers: [`Transfer-Encoding: ${value}`, lengthOf(hidden)], body: hidden }),
    ]);
  }
  return cases;
}
