import { isIP, type BlockList } from 'node:net';
import { addressList, plainAddress } from './checks.ts';

/** Who a client is, as far as we believe it, and what the upstream is told of that. */
export interface ClientAddress {
  ip: string;
  /** `X-Forwarded-For`: the client, then the proxies in front of us that we trust. */
  forwardedFor: string;
  proto: string;
  host: string;
}

/** What a request says of where it came from; null where a header is missing. */
export interface ForwardedHead {
  host: string;
  forwardedFor: string | null;
  forwardedProto: string | null;
  forwardedHost: string | null;
}

/** Reads client addresses, believing `X-Forwarded-*` only from the proxies that were named. */
export class ClientAddresses {
  readonly #trusted: BlockList | null;

  constructor(trustedProxies: readonly string[]) {
    this.#trusted = trustedProxies.length === 0 ? null : addressList(trustedProxies);
  }

  /** @param peer address at the other end of the socket. */
  read(peer: string, head: ForwardedHead): ClientAddress {
    const address = plainAddress(peer);
    if (!this.isTrusted(address)) {
      return { ip: address, forwardedFor: address, proto: 'http', host: head.host };
    }
    const chain = this.#chainTo(address, head.forwardedFor);
    const proto = head.forwardedProto?.toLowerCase();
    return {
      ip: chain[0] ?? address,
      forwardedFor: chain.join(', '),
      proto: proto === 'https' ? 'https' : 'http',
      host: head.forwardedHost ?? head.host,
    };
  }

  /** From the right, as far as each hop is trusted to know the one before it; what lies left of that is hearsay. */
  #chainTo(peer: string, forwardedFor: string | null): string[] {
    const chain = [peer];
    const hops = forwardedFor?.split(',') ?? [];
    for (const hop of hops.toReversed()) {
      const address = plainAddress(hop.trim());
      if (isIP(address) === 0) break;
      chain.unshift(address);
      if (!this.isTrusted(address)) break;
    }
    return chain;
  }

  /** Whether an address may speak for others. */
  isTrusted(peer: string): boolean {
    if (this.#trusted === null) return false;
    const address = plainAddress(peer);
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }
}
