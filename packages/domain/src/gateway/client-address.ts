import { isIP, type BlockList } from 'node:net';
import { addressList, plainAddress } from './checks.ts';
import { inOnePiece } from './in-one-piece.ts';

/** Who a client is, as far as we believe it, and what the upstream is told of that. */
export interface ClientAddress {
  ip: string;
  /** What it has called us. */
  host: string;
  /**
   * What the upstream is told, a line for each field with its end; in `X-Forwarded-For` the client, then the proxies in
   * front of us that we trust.
   */
  lines: string;
}

/** What a request says of where it came from; null where a header is missing. */
export interface ForwardedHead {
  host: string;
  forwardedFor: string | null;
  forwardedProto: string | null;
  forwardedHost: string | null;
}

function linesOf(chain: readonly string[], proto: string, host: string): string {
  const forwarded = `X-Forwarded-For: ${chain.join(', ')}\r\nX-Forwarded-Proto: ${proto}\r\n`;
  return `${forwarded}X-Forwarded-Host: ${host}\r\n`;
}

/** Reads client addresses, believing `X-Forwarded-*` only from the proxies that were named. */
export class ClientAddresses {
  readonly #trusted: BlockList | null;

  constructor(trustedProxies: readonly string[]) {
    this.#trusted = trustedProxies.length === 0 ? null : addressList(trustedProxies);
  }

  /**
   * @param peer address at the other end of the socket.
   * @param before what was read of the last request from the same socket.
   */
  read(peer: string, head: ForwardedHead, before: ClientAddress | null = null): ClientAddress {
    const address = plainAddress(peer);
    if (!this.isTrusted(address)) {
      if (before?.host === head.host) return before;
      const lines = linesOf([address], 'http', head.host);
      return { ip: address, host: inOnePiece(head.host), lines: inOnePiece(lines) };
    }
    const chain = this.#chainTo(address, head.forwardedFor);
    const proto = head.forwardedProto?.toLowerCase() === 'https' ? 'https' : 'http';
    const host = head.forwardedHost ?? head.host;
    return { ip: chain[0] ?? address, host, lines: linesOf(chain, proto, host) };
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
