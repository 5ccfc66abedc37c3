import type { TestDomain } from '@apigate/domain/testing';
import { expect } from 'vitest';

/** Columns and fields that no surface may show. */
const secretFields =
  /"(?:password_?hash|secret_?hash|digest|refresh_?digest|previous_?digest|successor_?sealed|body_?sealed|totp|totp_?(?:pending|last_?step)|hash|personal|pepper|session_?epoch)"\s*:/i;

/** Traces of our inside: stacks, SQL, files, the ORM. */
const insides =
  /node_modules|\bat (?:async )?[\w.<>]+ \(|"stack"|\.ts:\d|select "|insert into|violates|relation "|MikroORM|PostgreSQL|syntax error|ECONNREFUSED/i;

/** What holds for each answer of the control plane, whatever was asked. */
export function expectClean(
  { headers, text }: { status: number; headers: Headers; text: string },
  what: string,
): void {
  expect(text, what).not.toMatch(secretFields);
  expect(text, what).not.toMatch(/\$2[aby]\$\d\d\$/);
  expect(text, what).not.toMatch(insides);
  expect(headers.get('cache-control'), what).toBe('no-store');
  expect(headers.get('x-content-type-options'), what).toBe('nosniff');
  expect(headers.get('content-security-policy'), what).not.toContain('unsafe-');
  expect(headers.get('x-powered-by'), what).toBeNull();
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
}

/** Every value in the database that must never leave it. */
export async function secretsIn(db: TestDomain['db']): Promise<string[]> {
  const { rows } = await db.query<{ secret: string }>(`
    select password_hash as secret from users where password_hash is not null
    union select totp from users where totp is not null
    union select totp_pending from users where totp_pending is not null
    union select digest from keys
    union select secret_hash from keys where secret_hash is not null
    union select digest from service_keys
    union select digest from one_time_tokens
    union select digest from invites
    union select digest from recovery_codes
    union select refresh_digest from sessions
    union select previous_digest from sessions where previous_digest is not null
    union select successor_sealed from sessions where successor_sealed is not null
    union select body_sealed from mails where body_sealed is not null
    union select hash from audit_events`);
  return rows.map(({ secret }) => secret);
}
