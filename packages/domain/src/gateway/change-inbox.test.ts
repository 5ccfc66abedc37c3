import { expect, test } from 'vitest';
import { ChangeInbox } from './change-inbox.ts';

const key = { kind: 'key', id: 'k' } as const;
const user = { kind: 'user', id: 'u' } as const;

test('what a notification has told of is no news in the log', () => {
  const inbox = new ChangeInbox();
  inbox.notified(key);
  expect(inbox.news([{ ...key, seq: 1 }])).toEqual([]);
  expect(inbox.news([])).toEqual([]);
});

test('what no notification has told of is news, once', () => {
  const inbox = new ChangeInbox();
  expect(inbox.news([{ ...user, seq: 1 }])).toMatchObject([user]);
  expect(inbox.news([{ ...user, seq: 1 }])).toEqual([]);
});

test('a lost notification shows beside one that was not lost', () => {
  const inbox = new ChangeInbox();
  inbox.notified(key);
  expect(
    inbox.news([
      { ...key, seq: 1 },
      { ...key, seq: 2 },
    ]),
  ).toMatchObject([key]);
});

test('a notification that came before its change shows in the log waits for it', () => {
  const inbox = new ChangeInbox();
  inbox.notified(key);
  expect(inbox.news([])).toEqual([]);
  expect(inbox.news([{ ...key, seq: 7 }])).toEqual([]);
  expect(
    inbox.news([
      { ...key, seq: 7 },
      { ...key, seq: 8 },
    ]),
  ).toMatchObject([key]);
});
