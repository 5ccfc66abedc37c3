import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * How far an address may be trusted as a destination: `forbidden` is link-local or a service where a cloud keeps its
 * machines' secrets, `private` is whatever else is not on the public Internet.
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', bits = ''] = subnet.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

const forbidden = blockList([
  '169.254.0.0/16', // link-local: AWS, GCP, Azure, DigitalOcean, Hetzner and others
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure, the wire server
  '192.0.0.192/32', // Oracle
  'fe80::/10', // link-local
  'fd00:ec2::/32', // AWS: metadata, DNS, time, pod identities
  'fd20:ce::254/128', // GCP
  'fd00:42::42/128', // Scaleway
]);

/** The special-purpose registries of IANA (RFC 6890), as far as they are not globally reachable, and multicast. */
const notPublic = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fec0::/10',
  'ff00::/8',
]);

/** The eight 16-bit groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const left = numbers(head);
  if (tail === undefined) return left;
  const right = numbers(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The IPv4 addresses that an IPv6 address stands for somewhere, by any of the ways to write one inside of the other. */
function embeddedIn(address: string): string[] {
  const groups = groupsOf(address);
  const [a, b, c, d, e, f, g, h] = groups;
  const startsWithZeros = (count: number): boolean =>
    groups.slice(0, count).every((group) => group === 0);
  const isCompatible = startsWithZeros(6);
  const isMapped = startsWithZeros(5) && f === 0xffff;
  const isTranslated = startsWithZeros(4) && e === 0xffff && f === 0; // RFC 2765
  const isNat64 = a === 0x64 && b === 0xff9b; // RFC 6052, RFC 8215
  const isIsatap = (e === 0 || e === 0x0200) && f === 0x5efe; // RFC 5214
  const found: string[] = [];
  if (isCompatible || isMapped || isTranslated || isNat64 || isIsatap) found.push(dotted(g, h));
  if (a === 0x2002) found.push(dotted(b, c)); // 6to4, RFC 3056
  // Teredo (RFC 4380): the server, and the client with its bits turned over.
  if (a === 0x2001 && b === 0)
    found.push(dotted(c, d), dotted((g ?? 0) ^ 0xffff, (h ?? 0) ^ 0xffff));
  return found;
}

function kindOf(address: string): AddressKind {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (forbidden.check(address, family)) return 'forbidden';
  return notPublic.check(address, family) ? 'private' : 'public';
}

/** Tells the kind of an IP address; what is none is forbidden. */
export function addressKindOf(address: string): AddressKind {
  const [plain = ''] = address.split('%'); // a zone id names an interface, not an address
  const version = isIP(plain);
  if (version === 0) return 'forbidden';
  const kinds = [plain, ...(version === 6 ? embeddedIn(plain) : [])].map(kindOf);
  // `::1` and `::` look like IPv4 inside of IPv6, which does no harm: they are private either way.
  return (
    kinds.find((kind) => kind === 'forbidden') ??
    kinds.find((kind) => kind === 'private') ??
    'public'
  );
}
