import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawClient } from '../testing/raw-client.ts';
import { startStrictRecorder, type StrictRecorder } from '../testing/recorder.ts';
import { insertCustomer, insertUpstream } from '../testing/records.ts';
import { startGateway, type Gateway } from '../testing/start-gateway.ts';

let recorder: StrictRecorder;
let gateway: Gateway;
let customer: Awaited<ReturnType<typeof insertCustomer>>;

beforeAll(async () => {
  recorder = await startStrictRecorder();
  gateway = await startGateway();
  customer = await insertCustomer(gateway.db, { user: { metadata: { company_size: '7' } } });
  const id = await insertUpstream(gateway.db, `http://127.0.0.1:${recorder.port}`);
  await gateway.db.query('update routes set upstream_id = $1', [id]);
  await gateway.heard();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await recorder[Symbol.asyncDispose]();
});

const reservedNames = [
  'X-User-Id',
  'X-User-Email',
  'X-User-Meta-Company-Size',
  'X-User-Anything',
  'X-User',
  'X-Plan-Id',
  'X-Plan-Features',
  'X-Key-Id',
  'X-Key-Scopes',
  'X-Apigate-Anything',
  'X-Apigate',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Request-Id',
];
const spoof = 'spoofed';

/** What the most careless of servers makes of a name: escapes resolved, any other character a dash. */
function normalised(name: string): string {
  return decodeURIComponent(name.replaceAll(/%(?![0-9a-f]{2})/gi, '-'))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-');
}

const reserved = /^x-(?:user|plan|key|apigate|forwarded)(?:-|$)|^x-request-id$/;
const separator = fc.constantFrom(..."-_.!#$%&'*+^`|~".split(''), '%2D', '%5f', '%2E');

/** A reserved name in any spelling: case, separators, escapes. */
const spelling = fc
  .tuple(
    fc.constantFrom(...reservedNames),
    fc.infiniteStream(fc.boolean()),
    fc.infiniteStream(fc.oneof({ weight: 2, arbitrary: fc.constant('-') }, separator)),
    fc.infiniteStream(fc.nat(40)),
  )
  .map(([name, cases, separators, escapes]) =>
    [...name]
      .map((character) => {
        if (character === '-') return separators.next().value;
        if (escapes.next().value === 0) return `%${character.charCodeAt(0).toString(16)}`;
        return cases.next().value ? character.toUpperCase() : character.toLowerCase();
      })
      .join(''),
  );

/** Every header and trailer that reached the upstream and that it might take for one of ours. */
async function reachedWith(head: readonly string[], body = ''): Promise<[string, string][] | null> {
  const before = recorder.requests.length;
  using client = new RawClient(gateway.port);
  const lines = [
    'POST / HTTP/1.1',
    'Host: api.example.com',
    `X-API-Key: ${customer.secret}`,
    ...head,
  ];
  const answer = await client.request(`${lines.join('\r\n')}\r\n\r\n${body}`);
  const request = recorder.requests[before];
  if (request === undefined) {
    expect(answer?.status).toBe(400);
    return null;
  }
  expect(request.trailers.filter(([name]) => reserved.test(normalised(name)))).toEqual([]);
  return request.headers.filter(([name]) => reserved.test(normalised(name)));
}

function expectOursAlone(reached: [string, string][] | null): void {
  if (reached === null) return;
  const byName = new Map(reached.map(([name, value]) => [normalised(name), value]));
  expect(byName.size).toBe(reached.length);
  expect(Object.fromEntries(byName)).toEqual({
    'x-user-id': customer.userId,
    'x-plan-id': customer.planId,
    'x-key-id': customer.keyId,
    'x-user-meta-company-size': '7',
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'api.example.com',
  });
}

test('no spelling of a header that is ours to say reaches the upstream', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(spelling, { minLength: 1, maxLength: 20 }),
      fc.array(spelling, { maxLength: 3 }),
      async (names, listed) => {
        const head = names.map((name) => `${name}: ${spoof}`);
        if (listed.length > 0) head.push(`Connection: ${listed.join(', ')}`);
        expectOursAlone(await reachedWith([...head, 'Content-Length: 0']));
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

test('nor as a trailer, announced or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(spelling, { minLength: 1, maxLength: 5 }), async (names) => {
      const trailers = names.map((name) => `${name}: ${spoof}\r\n`).join('');
      const head = ['Transfer-Encoding: chunked', 'TE: trailers', `Trailer: ${names.join(', ')}`];
      expectOursAlone(await reachedWith(head, `2\r\nab\r\n0\r\nX-Harmless: 1\r\n${trailers}\r\n`));
    }),
    { numRuns: 100, seed: 2 },
  );
});

test.each([
  ['plainly', ['X-User-Id: spoofed', 'X-Forwarded-For: 6.6.6.6']],
  ['in small letters', ['x-user-id: spoofed', 'x-plan-id: spoofed', 'x-key-id: spoofed']],
  [
    'with underscores',
    ['X_User_Id: spoofed', 'X_FORWARDED_FOR: 6.6.6.6', 'x-user_meta-company_size: 9'],
  ],
  ['with dots', ['X.User.Id: spoofed', 'X-Plan.Id: spoofed']],
  ['twice', ['X-User-Id: spoofed', 'X-User-Id: spoofed', 'x-user-id: spoofed']],
  ['empty', ['X-User-Id:', 'X-Plan-Id: ', 'X-User-Meta-Admin: ']],
  [
    'listed by Connection',
    ['Connection: X-User-Id, X-Plan-Id, X-Request-Id, X-Forwarded-For', 'X-User-Id: spoofed'],
  ],
  [
    'listed by Connection alone',
    ['Connection: x-user-id, x-key-id, x-user-meta-company-size, host'],
  ],
])(
  'what a client says %s in our place is not passed on, and what we say is',
  async (_how, head) => {
    const reached = await reachedWith([...head, 'Content-Length: 0']);
    expect(reached).not.toBeNull();
    expectOursAlone(reached);
  },
);
