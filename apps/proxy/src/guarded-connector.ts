import { lookup as lookUpAddress, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';

/** Connects to upstreams, with the address checked at the moment of connecting. */
export function guardedConnector(connectTimeoutMs: number): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: guardedLookup,
  });
  return (options, callback) => {
    // A literal address is connected to without any look-up.
    const { hostname } = options;
    if (isIP(hostname) !== 0 && isForbiddenAddress(hostname)) {
      callback(new ForbiddenAddressError(hostname, hostname), null);
      return;
    }
    connect(options, callback);
  };
}

/**
 * Link-local ranges and the metadata services of AWS, GCP, Azure and Alibaba that lie outside of them, also as IPv4
 * inside of IPv6 (compatible, NAT64, 6to4; `BlockList` covers the mapped form itself).
 */
const forbidden = new BlockList();
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addAddress('168.63.129.16', 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('fd20:ce::254', 'ipv6');
forbidden.addSubnet('::a9fe:0', 112, 'ipv6');
forbidden.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
forbidden.addSubnet('2002:a9fe::', 32, 'ipv6');

/** Whether no upstream may be at this address, whatever its name. */
export function isForbiddenAddress(address: string): boolean {
  return forbidden.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Thrown instead of connecting to an address where a cloud keeps its machines' secrets. */
class ForbiddenAddressError extends Error {
  readonly code = 'APIGATE_FORBIDDEN_ADDRESS';

  constructor(hostname: string, address: string) {
    super(`${hostname} is at ${address}, a metadata or link-local address`);
    this.name = 'ForbiddenAddressError';
  }
}

/** Looks a name up and refuses it when any of its addresses is forbidden; the answer is what gets connected to. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookUpAddress(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error !== null) return callback(error, '');
    const bad = found.find(({ address }) => isForbiddenAddress(address));
    if (bad !== undefined) return callback(new ForbiddenAddressError(hostname, bad.address), '');
    if (options.all) return callback(null, found);
    const [first] = found;
    return callback(null, first?.address ?? '', first?.family);
  });
};
