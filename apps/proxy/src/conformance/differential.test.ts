import { expect, test } from 'vitest';
import { compareWithPeer } from '../testing/compare-with-peer.ts';
import { readAllStrictly } from '../testing/strict-parser.ts';
import { requestCases, type RequestCase } from './request-cases.ts';

const seed = 20_260_101;
const cases = requestCases(seed);
const peers = [
  'node',
  'nginx',
  'apache',
  'lighttpd',
  'h2o',
  'haproxy',
  'caddy',
  'squid',
  'varnish',
] as const;

/**
 * Varnish 7 passes a body that was broken off on as if it were whole, which nothing in front of it can prevent; it gets
 * the requests that have an end.
 */
function hasEnd({ bytes }: RequestCase): boolean {
  return readAllStrictly(bytes).end === 'whole';
}

test(
  'whatever a client sends is refused, or is the same request for us and for every server behind us',
  { timeout: 150_000 },
  async () => {
    const strict = await compareWithPeer('strict', cases);
    // What we refuse before a byte of it goes upstream is refused whoever stands there.
    const { passed } = strict;
    const comparisons = await Promise.all(
      peers.map((peer) =>
        compareWithPeer(peer, peer === 'varnish' ? passed.filter(hasEnd) : passed),
      ),
    );
    const all = [strict, ...comparisons];
    const lines = all.map(
      ({ peer, sent, recorded, refusedByPeer, disagreements }) =>
        `${peer.padEnd(9)} ${sent} cases sent, ${recorded} requests seen, ${refusedByPeer} refused there, ${disagreements.length} disagreements`,
    );
    const summary = `${cases.length} cases, ${passed.length} of which reach the upstream`;
    process.stdout.write(`${[summary, ...lines].join('\n')}\n`);
    expect(cases.length).toBeGreaterThan(2_000);
    expect(passed.length).toBeGreaterThan(1_000);
    expect(all.flatMap(({ disagreements }) => disagreements)).toEqual([]);
  },
);
