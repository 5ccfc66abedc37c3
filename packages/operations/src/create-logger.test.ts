import { expect, test } from 'vitest';
import { createLogger } from './create-logger.ts';

const key = 'ak_0123456789ABCDEFGHIJabcdefghij01CRC32x';

test('whatever is logged, and by whichever child, leaves without its secrets, a line of JSON each', () => {
  const lines: string[] = [];
  const log = createLogger('test', 'trace', { write: (line) => void lines.push(line) });
  const error = Object.assign(new Error(`no such key ${key}`, { cause: new Error(key) }), {
    detail: `Key (secret)=(${key}) exists`,
    query: `insert into keys values ('${key}')`,
  });
  log.error({ err: error, headers: { authorization: 'Basic dXNlcjpodW50ZXIy' } }, 'failed');
  log.child({ key }).info({ event: 'given', password: 'hunter2-word' });
  log.trace({ url: `postgres://app:hunter2-word@db/x?token=${key}` }, `said ${key}`);
  expect(lines.join('')).not.toMatch(new RegExp(`${key}|hunter2|dXNlcjpodW50ZXIy`));
  const parsed = lines.map((line): unknown => JSON.parse(line));
  expect(parsed).toMatchObject([
    { app: 'test', event: 'failed', err: { type: 'Error' } },
    { app: 'test', event: 'given', key: '[secret]', password: '[secret]' },
    { app: 'test', event: 'said [secret]' },
  ]);
});
