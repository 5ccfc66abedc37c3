import { BlockList, isIPv4 } from 'node:net';
import type { RefusalCode } from '@apigate/contract';
import type { KeyRecord, UserRecord } from './records.ts';

/** Stands for an address that was not told: only keys that may be used from anywhere pass. */
export const noAddress = '0.0.0.0';

/** Whether a key was replaced and its time beside its successor is over at `nowMs`. */
export function isReplaced(
  { graceUntilMs }: Pick<KeyRecord, 'graceUntilMs'>,
  nowMs: number,
): boolean {
  return graceUntilMs !== null && graceUntilMs <= nowMs;
}

/** Whether a key works at `nowMs`; if not, the reason. What is final is named before all else. */
export function refusalOfKey(
  key: Pick<KeyRecord, 'revoked' | 'enabled' | 'expiresAtMs' | 'graceUntilMs'>,
  nowMs: number,
): 'key_revoked' | 'key_expired' | 'key_disabled' | null {
  if (key.revoked || isReplaced(key, nowMs)) return 'key_revoked';
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return 'key_expired';
  if (!key.enabled) return 'key_disabled';
  return null;
}

/** Whether a user may use the API at all; a pending user may, within tighter limits. */
export function refusalOfUser(user: Pick<UserRecord, 'status'>): RefusalCode | null {
  return user.status === 'suspended' ? 'user_suspended' : null;
}

/** Whether a scope that a key holds covers one that a route requires; `reports:*` covers `reports:read`, `*` all. */
function covers(held: string, required: string): boolean {
  if (held === required || held === '*') return true;
  return held.endsWith('*') && required.startsWith(held.slice(0, -1));
}

/** Whether a key holds every scope that a route requires. */
export function refusalOfScopes(
  held: readonly string[],
  required: readonly string[],
): RefusalCode | null {
  return required.every((scope) => held.some((own) => covers(own, scope)))
    ? null
    : 'insufficient_scope';
}

/** The addresses of `ranges` (single ones or CIDR), made ready for many look-ups. */
export function addressList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const mappedIpv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An address in its plain form: IPv4 that came in through an IPv6 socket loses its prefix. */
export function plainAddress(ip: string): string {
  return ip.startsWith(':') ? (mappedIpv4.exec(ip)?.[1] ?? ip) : ip;
}

/** Whether a key may be used from `ip`. */
export function refusalOfIp(allowed: BlockList | null, ip: string): RefusalCode | null {
  if (allowed === null) return null;
  const plain = plainAddress(ip);
  return allowed.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6') ? null : 'ip_not_allowed';
}
