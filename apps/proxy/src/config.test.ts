import { ConfigError } from '@apigate/config';
import { expect, test } from 'vitest';
import { connectionBounds, defaultBounds, readConfig } from './config.ts';

const env = {
  DATABASE_URL: 'postgres://app@localhost/apigate',
  APIGATE_KEY_PEPPER: 'p'.repeat(32),
  APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
};

test('needs the database and both secrets, and has defaults for the rest', () => {
  expect(readConfig(env)).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    keyPepper: Buffer.from('p'.repeat(32)),
    trustedProxies: [],
    portalOrigin: 'http://localhost:8080',
  });
});

test('names every problem at once', () => {
  const bad = {
    APIGATE_KEY_PEPPER: 'short',
    APIGATE_PROXY_PORT: 'x',
    APIGATE_TRUSTED_PROXIES: 'x',
  };
  expect(() => readConfig(bad)).toThrow(ConfigError);
  for (const name of ['DATABASE_URL', 'APIGATE_ENCRYPTION_KEY', ...Object.keys(bad)]) {
    expect(() => readConfig(bad)).toThrow(name);
  }
});

test.each([64, 256, 1_024, 20_000, 1_000_000, Infinity])(
  'with %d descriptors, clients leave room for upstreams, spool and database',
  (filesMax) => {
    for (const threads of [1, 2, 8]) {
      const { connectionsMax, connectionsPerAddressMax, upstreamConnectionsMax } = connectionBounds(
        filesMax,
        threads,
      );
      expect(connectionsMax).toBeGreaterThan(0);
      expect(connectionsPerAddressMax).toBeLessThanOrEqual(connectionsMax);
      expect(connectionsMax).toBeLessThanOrEqual(defaultBounds.connectionsMax);
      expect(upstreamConnectionsMax).toBeGreaterThan(0);
      if (filesMax >= 256) expect(connectionsMax * threads).toBeLessThanOrEqual(filesMax - 64);
    }
  },
);
