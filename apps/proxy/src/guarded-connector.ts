import { isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { checkHost, guardedLookup, type AddressRules, type LookUp } from '@apigate/domain/gateway';
import { TextSocket } from './http/text-socket.ts';

/** How a connection is made. */
export interface ConnectOptions {
  /** Where to read to, and who is told. */
  onread: OnReadOpts;
  rules: AddressRules;
  /** Finds the addresses of a name. */
  lookUp?: LookUp;
}

/**
 * Connects to an upstream, with the address checked at the moment of connecting.
 *
 * @param origin scheme, host and port count.
 * @throws ForbiddenAddressError for a literal address; for a name, the socket ends with that error.
 */
export function guardedConnect(origin: URL, { onread, rules, lookUp }: ConnectOptions): Socket {
  // A literal address is connected to without any look-up.
  const refused = checkHost(origin.hostname, rules);
  if (refused !== null) throw refused;
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const isTls = origin.protocol === 'https:';
  const port = Number(origin.port) || (isTls ? 443 : 80);
  const lookup = guardedLookup(() => rules, lookUp);
  const options = { host, port, lookup, noDelay: true, onread };
  if (!isTls) return new TextSocket(options).connect(options);
  const servername = isIP(host) === 0 ? host : '';
  return connectTls({ ...options, servername, ALPNProtocols: ['http/1.1'] });
}
