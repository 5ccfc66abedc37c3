import { createHmac, hkdfSync } from 'node:crypto';
import { email } from '@apigate/contract';
import type { DomainSecrets } from '../context.ts';
import type { AuditRow } from './audit-row.ts';

/** What the hash of an event covers. */
export type AuditContent = Omit<AuditRow, 'personal' | 'hash'>;

function keyOf(secrets: DomainSecrets, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secrets.encryptionKey, '', `apigate:audit-${purpose}`, 32));
}

/** JSON with sorted keys, so that what the database gives back makes the same text. */
function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value.toISOString());
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** The hash of an event after the one with the hash `previous`. */
export function chainHash(secrets: DomainSecrets, previous: string, content: AuditContent): string {
  return createHmac('sha256', keyOf(secrets, 'chain'))
    .update(previous)
    .update(canonical(content))
    .digest('base64url');
}

/** Vouches for the end of the chain, so that a log cut off and headed anew shows. */
export function headMac(secrets: DomainSecrets, seq: number, hash: string): string {
  return createHmac('sha256', keyOf(secrets, 'head')).update(`${seq}:${hash}`).digest('base64url');
}

/** What stands in an event for an e-mail address: a keyed digest, which stays when the address must go. */
export function personToken(secrets: DomainSecrets, address: string): string {
  const digest = createHmac('sha256', keyOf(secrets, 'person')).update(address).digest('base64url');
  return `#${digest.slice(0, 22)}`;
}

/**
 * Puts tokens in the place of e-mail addresses, however deep, and collects in `personal` what they stand for.
 */
export function tokenised(
  secrets: DomainSecrets,
  value: unknown,
  personal: Record<string, string>,
): unknown {
  if (typeof value === 'string') {
    // The database keeps no half of a surrogate pair in JSON, and what was done must be recorded.
    if (!email.safeParse(value).success) return value.toWellFormed();
    const token = personToken(secrets, value);
    personal[token] = value;
    return token;
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((inner) => tokenised(secrets, inner, personal));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([name, inner]) => [name, tokenised(secrets, inner, personal)]),
    );
  }
  return value;
}

/** Puts the addresses back that are still known. */
export function personalised(value: unknown, personal: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return personal[value] ?? value;
  if (Array.isArray(value)) return value.map((inner) => personalised(inner, personal));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, personalised(inner, personal)]),
    );
  }
  return value;
}
