import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pinned } from '../placement.ts';
import { run, serve } from '../programs.ts';
import { freePort, waitUntilAnswers } from '../ready.ts';
import { keyHeader, type Contestant } from './contestant.ts';
import type { Given } from './nginx.ts';
import { writtenLines } from './written-lines.ts';

const peers = path.join(import.meta.dirname, '../peers');
const models = path.join(peers, 'node_modules/express-gateway/lib/config/models');
const keyIdChars = 12;
const restMs = 700;

/** Starts express-gateway with as many credentials as there are keys, and the Redis that it asks. */
export async function startExpressGateway({
  dir,
  upstreamPort,
  keysFile,
}: Given): Promise<Contestant & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const own = path.join(dir, 'express-gateway');
  mkdirSync(own);
  const [port, redisPort] = [await freePort(), await freePort()];
  const credentialsFile = path.join(own, 'credentials');
  const recordsFile = path.join(own, 'records');
  cpSync(models, path.join(own, 'models'), { recursive: true });
  writeFileSync(path.join(own, 'system.config.yml'), systemConfig(redisPort));
  writeFileSync(path.join(own, 'gateway.config.yml'), gatewayConfig(port, upstreamPort));
  writeFileSync(
    credentialsFile,
    readFileSync(keysFile, 'utf8').replaceAll(
      /^.+$/gm,
      (key) => `${key.slice(0, keyIdChars)}:${key.slice(keyIdChars)}`,
    ),
  );
  const listen = ['--bind', '127.0.0.1', '--port', String(redisPort)];
  opening.use(
    await serve(
      pinned('generator', ['redis-server', ...listen, '--save', '', '--appendonly', 'no']),
    ),
  );
  const service = opening.use(
    await serve(
      pinned('contestant', [
        process.execPath,
        '--no-deprecation',
        path.join(peers, 'express-gateway.mjs'),
        own,
        credentialsFile,
      ]),
      { NODE_ENV: 'production', NO_COLOR: '1' },
      recordsFile,
    ),
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilAnswers(url);
  const redis = (script: string): Promise<string> =>
    run(['redis-cli', '-p', String(redisPort), 'EVAL', script, '0']);
  const opened = opening.move();
  return {
    id: 'express-gateway',
    name: 'express-gateway',
    does: 'key-auth, rate-limit, log and proxy policies; asks a Redis for each request, passes the key on, adds no status to its record',
    url: `${url}/v1/items`,
    pid: service.pid,
    keysFile: credentialsFile,
    keyHeader,
    restMs,
    accounts: {
      read: async (expected) => ({
        recorded: await writtenLines(recordsFile, expected, 'log-policy'),
        counted: Number(await redis(sumOfCounters)),
      }),
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

const sumOfCounters = `local sum = 0
for _, key in ipairs(redis.call('KEYS', 'rl:*')) do sum = sum + redis.call('GET', key) end
return sum`;

function systemConfig(redisPort: number): string {
  return `
db: { redis: { emulate: false, host: 127.0.0.1, port: ${redisPort}, namespace: EG } }
crypto: { cipherKey: sensitiveKey, algorithm: aes256, saltRounds: 10 }
session: { secret: bench, resave: false, saveUninitialized: false }
accessTokens: { timeToExpiry: 7200000 }
refreshTokens: { timeToExpiry: 7200000 }
authorizationCodes: { timeToExpiry: 300000 }
`;
}

/** The windows are of an hour, so that the counters are still there when they are compared. */
function gatewayConfig(port: number, upstreamPort: number): string {
  return `
http: { port: ${port}, hostname: 127.0.0.1 }
apiEndpoints: { api: { host: '*', paths: '/v1/*' } }
serviceEndpoints: { upstream: { url: 'http://127.0.0.1:${upstreamPort}' } }
policies: [key-auth, rate-limit, log, proxy]
pipelines:
  bench:
    apiEndpoints: [api]
    policies:
      - key-auth: [{ action: { apiKeyHeader: X-API-Key, disableHeadersScheme: true } }]
      - rate-limit:
          - action:
              max: 1000000000
              windowMs: 3600000
              delayAfter: 0
              delayMs: 0
              rateLimitBy: "\${req.headers['x-api-key']}"
      - log:
          - action: { message: "\${req.headers['x-api-key']} \${req.method} \${req.originalUrl}" }
      - proxy: [{ action: { serviceEndpoint: upstream } }]
`;
}
