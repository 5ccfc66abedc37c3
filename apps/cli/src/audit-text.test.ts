import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { AuditEvent } from '@apigate/sdk';
import { expect, test } from 'vitest';
import { auditText, logLine } from './audit-text.ts';

const event: AuditEvent = {
  id: '01a1ffd4-0000-7000-8000-000000000001',
  seq: 1,
  at: new Date('2025-01-15T10:30:45.123Z'),
  level: 'INFO',
  service: 'AuthService',
  message: 'User login: john@example.com',
  action: 'auth.signed_in',
  actor: { kind: 'anonymous', id: null, label: null },
  target: null,
  before: null,
  after: { planId: 'a', metadata: { companySize: '10-50' } },
  ip: null,
  userAgent: null,
  requestId: null,
};

async function textOf(format: 'json' | 'csv' | 'log', events: AuditEvent[]): Promise<string> {
  const asked = async function* () {
    yield* events;
  };
  return text(Readable.from(auditText(format, asked())));
}

test('a line has the shape of the consumers guide', () => {
  expect(logLine(event)).toBe(
    '[2025-01-15 10:30:45] INFO [AuthService] User login: john@example.com\n',
  );
});

test('no name can forge a line or steer a terminal', () => {
  const message = 'User login: a\n[2025-01-15 10:30:46] INFO [AuthService] User login: \x1b[31mb';
  expect(logLine({ ...event, message }).match(/\p{Cc}/gu)).toEqual(['\n']);
});

test('JSON is one array, with fields in snake case and metadata as it is', async () => {
  expect(JSON.parse(await textOf('json', []))).toEqual([]);
  expect(JSON.parse(await textOf('json', [event, event]))).toMatchObject([
    { user_agent: null },
    { after: { plan_id: 'a', metadata: { companySize: '10-50' } } },
  ]);
});

test('CSV has its header once, and no rows still have one', async () => {
  expect(await textOf('csv', [])).toMatch(/^id,seq,at,.*\r\n$/);
  const [, ...rows] = (await textOf('csv', [event, event])).trimEnd().split('\r\n');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toContain('"{""plan_id"":""a"",""metadata"":{""companySize"":""10-50""}}"');
});
