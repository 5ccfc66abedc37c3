import { lookup as lookUpAddress, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { addressKindOf } from './address-kind.ts';

/** Which destinations are allowed beside public ones; metadata services and link-local addresses never are. */
export interface AddressRules {
  allowPrivate: boolean;
}

/** Why there is no connection to a host: its address is one that nobody may be sent to. */
export class ForbiddenAddressError extends Error {
  readonly code = 'APIGATE_FORBIDDEN_ADDRESS';

  constructor(host: string, address: string) {
    super(`${host} is at ${address}, which is not allowed as a destination`);
    this.name = 'ForbiddenAddressError';
  }
}

/** Whether an IP address may be connected to. */
export function isAllowedAddress(address: string, { allowPrivate }: AddressRules): boolean {
  const kind = addressKindOf(address);
  return kind === 'public' || (kind === 'private' && allowPrivate);
}

/**
 * Checks the host of a URL, in brackets or not, as far as it can be without a look-up: an address is allowed or not, and
 * a name is decided by `guardedLookup` when it is connected to. Sockets do not look literal addresses up, so this must
 * be called before every `connect`.
 *
 * @returns why it must not be connected to, or null.
 */
export function checkHost(host: string, rules: AddressRules): ForbiddenAddressError | null {
  const plain = host.replace(/^\[|\]$/g, '');
  if (isIP(plain) === 0 || isAllowedAddress(plain, rules)) return null;
  return new ForbiddenAddressError(host, plain);
}

/** Finds every address of a name, as `dns.lookup` does. */
export type LookUp = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

const lookUpBySystem: LookUp = (host, options, callback) => lookUpAddress(host, options, callback);

/**
 * A look-up for `net.connect` that fails when any address of the name is not allowed. What it gives is what the socket
 * connects to, so a name that points elsewhere a moment later changes nothing; each new socket asks again.
 *
 * @param rules is asked at every look-up, so that a changed setting is in force at once.
 */
export function guardedLookup(
  rules: () => AddressRules,
  lookUp: LookUp = lookUpBySystem,
): LookupFunction {
  return (host, options, callback) => {
    lookUp(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const bad = found.find(({ address }) => !isAllowedAddress(address, rules()));
      if (bad !== undefined) return callback(new ForbiddenAddressError(host, bad.address), '');
      if (options.all === true) return callback(null, found);
      const [first] = found;
      return callback(null, first?.address ?? '', first?.family);
    });
  };
}
