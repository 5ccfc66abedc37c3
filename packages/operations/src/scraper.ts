import { BlockList, isIP } from 'node:net';

const near = new BlockList();
near.addSubnet('127.0.0.0', 8, 'ipv4');
near.addSubnet('10.0.0.0', 8, 'ipv4');
near.addSubnet('172.16.0.0', 12, 'ipv4');
near.addSubnet('192.168.0.0', 16, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');

/** What a server in front adds to a request that it passes on. */
const passedOn: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]);

/**
 * Whether metrics are for this caller: one that is on this machine or in its private network, and that came by itself.
 * A request that was passed on came from a stranger, whose server stands next to us.
 *
 * @param peer address of the other end of the connection.
 * @param headerNames of the request.
 */
export function maySeeMetrics(peer: string | undefined, headerNames: Iterable<string>): boolean {
  const address = peer?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  const version = isIP(address);
  if (version === 0 || !near.check(address, version === 4 ? 'ipv4' : 'ipv6')) return false;
  for (const name of headerNames) if (passedOn.has(name.toLowerCase())) return false;
  return true;
}
