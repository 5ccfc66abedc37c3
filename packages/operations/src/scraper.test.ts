import { expect, test } from 'vitest';
import { maySeeMetrics } from './scraper.ts';

test.each([
  ['127.0.0.1', [], true],
  ['::1', ['Host', 'Accept'], true],
  ['::ffff:10.1.2.3', [], true],
  ['172.16.0.9', [], true],
  ['172.32.0.9', [], false],
  ['192.168.1.1', [], true],
  ['fd00::1', [], true],
  ['203.0.113.1', [], false],
  ['::ffff:203.0.113.1', [], false],
  ['2001:db8::1', [], false],
  ['169.254.169.254', [], false],
  [undefined, [], false],
  ['127.0.0.1', ['X-Forwarded-For'], false],
  ['127.0.0.1', ['Host', 'VIA'], false],
  ['10.0.0.1', ['forwarded'], false],
])('a peer at %s that sends %j may see metrics: %j', (peer, headers, may) => {
  expect(maySeeMetrics(peer, headers)).toBe(may);
});
