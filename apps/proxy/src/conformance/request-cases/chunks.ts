import { chunked, draft, type NamedRequest } from './draft.ts';

/** Chunks, and what stands around them. */
export function chunkCases(): NamedRequest[] {
  const bodies: NamedRequest[] = [];
  const sizes = [
    '5',
    '05',
    '00000005',
    '0000000000000005',
    '00000000000000000000000000000005',
    '5;x',
    '5;x=1',
    '5 ;x=1',
    '5; x',
    '5;x="a;b"',
    '5;x="\r\nb"',
    '5;x="\nb"',
    '5;\n',
    '5;x\r',
    '5;x\0',
    '5;x\x7f',
    '5;x\xff',
    `5;${'x'.repeat(2_000)}`,
    `5;${'x'.repeat(20_000)}`,
    '5 ',
    ' 5',
    '5\t',
    '\t5',
    '0x5',
    '0X5',
    '+5',
    '-5',
    '5\n',
    '5\r',
    '\r\n5',
    '5,',
    '5"',
    '5\x0b',
    '',
    'g',
    '5g',
    '5_0',
    'fffffffffffffff5',
    'ffffffffffffffff5',
    '10000000000000005',
    '7fffffffffffffff',
    '80000005',
    '100000005',
    '5 5',
    '5.',
    '５',
    ';5',
    '5;;',
    '5;=',
    '5:',
  ];
  for (const size of sizes)
    bodies.push([`size ${size.slice(0, 20)}`, `${size}\r\nhello\r\n0\r\n\r\n`]);
  for (const end of [
    '\n',
    '\r',
    '',
    'XX',
    '\r\r\n',
    '\n\r\n',
    '\r\n\r\n',
    '\n\r',
    ' \r\n',
    '\0\r\n',
    '\rX',
  ]) {
    bodies.push([`end of data ${JSON.stringify(end)}`, `5\r\nhello${end}0\r\n\r\n`]);
    bodies.push([`end of size ${JSON.stringify(end)}`, `5${end}hello\r\n0\r\n\r\n`]);
    bodies.push([`end of last size ${JSON.stringify(end)}`, `5\r\nhello\r\n0${end}\r\n`]);
    bodies.push([`end of all ${JSON.stringify(end)}`, `5\r\nhello\r\n0\r\n${end}`]);
  }
  for (const last of [
    '00',
    '000',
    '0;x',
    '0; x=y',
    '-0',
    '+0',
    '0x0',
    '0 ',
    ' 0',
    '0\t',
    '0\n',
    '0\r',
    '0.',
    '0,0',
    'O',
    '00000000000000000000',
  ]) {
    bodies.push([`last chunk ${last}`, `5\r\nhello\r\n${last}\r\n\r\n`]);
    bodies.push([`only chunk ${last}`, `${last}\r\n\r\n`]);
  }
  const trailers = [
    'X-A: b',
    'X-A: b\r\nX-C: d',
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Host: other.example.com',
    'X-User-Id: 1',
    'Connection: close',
    'Expect: 100-continue',
    'Authorization: Bearer x',
    'X-A',
    'X-A : b',
    ' X-A: b',
    'X-A: b\r\n c',
    'X-A: b\nX-C: d',
    'X-A: b\rX-C: d',
    'X\0: b',
    'X-A: \0',
    ': b',
    'X-\xe4: b',
    'GET /c@ID@/smuggled HTTP/1.1',
    `X-A: ${'b'.repeat(4_000)}`,
    `X-A: ${'b'.repeat(40_000)}`,
    'Upgrade: h2c',
    'Trailer: X-A',
  ];
  for (const trailer of trailers) {
    bodies.push([`trailer ${trailer.slice(0, 30)}`, `5\r\nhello\r\n0\r\n${trailer}\r\n\r\n`]);
    bodies.push([`trailer alone ${trailer.slice(0, 30)}`, `0\r\n${trailer}\r\n\r\n`]);
  }
  return bodies.flatMap(([name, body]) => [
    [`${name} in a POST`, draft({ headers: [chunked, 'Trailer: X-A'], body })],
    [
      `${name} in a PUT`,
      draft({ line: 'PUT /c@ID@/x HTTP/1.1', headers: ['TE: trailers', chunked], body }),
    ],
  ]);
}
