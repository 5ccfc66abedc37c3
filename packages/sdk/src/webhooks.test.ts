import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { ApigateError, signWebhook, verifyWebhook } from './webhooks.ts';

/** The example that implementations of Standard Webhooks share. */
const reference = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: '{"test": 2432232314}',
  now: new Date(1_614_265_330_000),
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
};
const otherSecret = `whsec_${btoa('another secret of 24 char')}`;

type Message = Omit<typeof reference, 'secret' | 'headers'> & {
  secret: string | string[];
  headers: Record<string, string | undefined>;
};

function verify(changes: Partial<Message> = {}, headers: Record<string, string | undefined> = {}) {
  const message: Message = { ...reference, ...changes };
  const { now, body, secret } = message;
  return verifyWebhook(body, { ...message.headers, ...headers }, secret, { now });
}

async function codeOf(verified: Promise<unknown>): Promise<unknown> {
  return verified.then(
    () => 'good',
    (error: unknown) => (error instanceof ApigateError ? error.code : error),
  );
}

test('signs and verifies the reference example', async () => {
  const { body, secret, headers, now } = reference;
  const id = headers['webhook-id'];
  expect(await signWebhook(body, secret, { id, sentAt: now })).toEqual(headers);
  expect(await verify()).toEqual({ id, sentAt: now, payload: { test: 2_432_232_314 } });
});

test('takes the headers and the body as fetch and as Node give them', async () => {
  const { body, secret, headers, now } = reference;
  const bytes = new TextEncoder().encode(body);
  expect(await verifyWebhook(bytes, new Headers(headers), secret, { now })).toBeTruthy();
  const inOtherCase = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  expect(await verifyWebhook(body, inOtherCase, secret, { now })).toBeTruthy();
});

describe('the library standardwebhooks', () => {
  const body = JSON.stringify({ type: 'user.suspended', data: { name: 'Zoë 🙂' } });

  test('verifies what we sign', async () => {
    const headers = await signWebhook(body, [otherSecret, reference.secret], { id: 'msg_1' });
    for (const secret of [reference.secret, otherSecret]) {
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    }
  });

  test('signs what we verify', async () => {
    const sentAt = new Date();
    const headers = {
      'webhook-id': 'msg_2',
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(reference.secret).sign('msg_2', sentAt, body),
    };
    const message = await verifyWebhook(body, headers, reference.secret);
    expect(message.payload).toEqual(JSON.parse(body));
  });
});

describe('while secrets rotate', () => {
  test('one of the secrets is enough, and one of the signatures', async () => {
    expect(await codeOf(verify({ secret: [otherSecret, reference.secret] }))).toBe('good');
    const signatures = `v1,${btoa('x'.repeat(32))} v2,abc v1 ${reference.headers['webhook-signature']}`;
    expect(await codeOf(verify({}, { 'webhook-signature': signatures }))).toBe('good');
  });
});

describe('refuses', () => {
  const signature = reference.headers['webhook-signature'];
  test.each<[string, Partial<Message>, Record<string, string | undefined>]>([
    ['another body', { body: '{"test":2432232314}' }, {}],
    ['another secret', { secret: otherSecret }, {}],
    ['another id', {}, { 'webhook-id': 'msg_1' }],
    ['no id', {}, { 'webhook-id': undefined }],
    ['no time', {}, { 'webhook-timestamp': undefined }],
    ['a time that is none', {}, { 'webhook-timestamp': '1614265330.0' }],
    ['a time that is beyond all', {}, { 'webhook-timestamp': '9'.repeat(300) }],
    ['no signature', {}, { 'webhook-signature': '' }],
    ['a signature of no version', {}, { 'webhook-signature': signature.slice(3) }],
    ['a signature of another version', {}, { 'webhook-signature': `v2${signature.slice(2)}` }],
    ['a part of the signature', {}, { 'webhook-signature': signature.slice(0, 20) }],
    ['an empty signature', {}, { 'webhook-signature': 'v1,' }],
    ['a signature that is no base64', {}, { 'webhook-signature': 'v1,%%%' }],
  ])('%s', async (_what, changes, headers) => {
    expect(await codeOf(verify(changes, headers))).toBe('invalid_signature');
  });

  test.each([-301, 301])('what is %i seconds away, with a right signature', async (seconds) => {
    const { body, secret, now } = reference;
    const sentAt = new Date(now.getTime() + seconds * 1000);
    const headers = await signWebhook(body, secret, { id: 'msg_1', sentAt });
    expect(await codeOf(verify({}, headers))).toBe('invalid_signature');
    const closer = new Date(sentAt.getTime() - Math.sign(seconds) * 1000);
    const inTime = await signWebhook(body, secret, { id: 'msg_1', sentAt: closer });
    expect(await codeOf(verify({}, inTime))).toBe('good');
  });

  test('a body that is signed and no JSON', async () => {
    const headers = await signWebhook('hello', reference.secret, { id: 'msg_1' });
    const verified = verifyWebhook('hello', headers, reference.secret);
    expect(await codeOf(verified)).toBe('bad_request');
  });
});

describe('a secret that is none is never taken', () => {
  test.each([[''], ['whsec_'], ['whsec_%%%'], [[]], [['', reference.secret]]])(
    '%j',
    async (secret) => {
      const key = createHmac('sha256', '').update(`msg_1.1614265330.{}`).digest('base64');
      const headers = { ...reference.headers, 'webhook-signature': `v1,${key}` };
      const verified = verifyWebhook('{}', headers, secret, { now: reference.now });
      await expect(verified).rejects.toThrow(TypeError);
      await expect(signWebhook('{}', secret, { id: 'msg_1' })).rejects.toThrow(TypeError);
    },
  );
});
