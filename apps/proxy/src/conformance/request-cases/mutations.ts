import { chunked, draft, host, lengthOf, smuggled, type NamedRequest } from './draft.ts';

const tokens = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '5',
  '0\r\n\r\n',
  chunked,
  'Content-Length: 5',
  'Content-Length: 0',
  'HTTP/1.1',
  host,
  smuggled,
  '/c@ID@',
  '\x0b',
  '\xff',
  '%00',
  '..',
  '//',
  '_',
];

/** Good requests, one after the other, of which some places are spoiled. */
/**  */
export function mutatedCases(count: number, random: () => number): NamedRequest[] {
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const sources = [
    draft({ line: 'GET /c@ID@/g HTTP/1.1', headers: ['Accept: */*'] }),
    draft({ line: 'HEAD /c@ID@/h HTTP/1.1' }),
    draft({ headers: ['Content-Length: 5'], body: 'hello' }),
    draft({ headers: [chunked], body: '5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nX-A: b\r\n\r\n' }),
    draft({
      line: 'PUT /c@ID@/p HTTP/1.1',
      headers: [lengthOf(smuggled)],
      body: smuggled.replaceAll('@ID@', '9999'),
    }),
    draft({ headers: ['Expect: 100-continue', 'Content-Length: 2'], body: 'ab' }),
  ] as const;
  return Array.from({ length: count }, (_, at) => {
    let text = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(sources)).join('');
    for (let mutations = Math.floor(random() * 4); mutations > 0; mutations -= 1) {
      const place = Math.floor(random() * text.length);
      const removed = random() < 0.4 ? 0 : Math.ceil(random() * 4);
      const token = tokens[Math.floor(random() * tokens.length)] ?? '';
      text = text.slice(0, place) + (random() < 0.7 ? token : '') + text.slice(place + removed);
    }
    return [`mutation ${at}`, text];
  });
}
