import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import {
  createKeyInput,
  createPlanInput,
  createRouteInput,
  createUpstreamInput,
  createUserInput,
} from '@apigate/contract';
import {
  createKey,
  createPlan,
  createRoute,
  createUpstream,
  createUser,
  openOrm,
  PasswordHasher,
  system,
  type DomainContext,
} from '@apigate/domain';
import { nodeArgs } from '@apigate/local';
import type { Variables } from './control-plane.ts';
import { serve } from './programs.ts';
import { freePort, waitUntilReady } from './ready.ts';

const main = path.resolve(import.meta.dirname, '../apps/proxy/src/main.ts');

/** The proxy as it is in production, in a process of its own, before an upstream that answers at once. */
export interface DataPlane extends AsyncDisposable {
  /** Sends a request through it. @returns how many ms the answer took. @throws Error when it is no success */
  call: () => Promise<number>;
}

/** Starts the proxy over the database of a control plane that runs already. */
export async function startDataPlane(dir: string, variables: Variables): Promise<DataPlane> {
  await using opening = new AsyncDisposableStack();
  const upstream = createServer((_req, res) => res.end('ok')).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  opening.defer(() => {
    upstream.closeAllConnections();
    upstream.close();
  });
  const address = upstream.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const key = await fill(variables, `http://127.0.0.1:${address.port}`);
  const port = await freePort();
  opening.use(
    await serve([process.execPath, ...nodeArgs.proxy, main], {
      ...variables,
      APIGATE_PROXY_PORT: String(port),
      APIGATE_DATA_DIR: dir,
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/_apigate/readyz`);
  const opened = opening.move();
  return {
    async call() {
      const startedAt = performance.now();
      const response = await fetch(`${url}/v1/hello`, { headers: { 'x-api-key': key } });
      await response.text();
      if (!response.ok) throw new Error(`the proxy answered with ${response.status}`);
      return performance.now() - startedAt;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Makes a route to the upstream and a user without limits. @returns the secret of a key */
async function fill(variables: Variables, upstreamUrl: string): Promise<string> {
  const orm = await openOrm(variables.DATABASE_URL);
  const keyPepper = Buffer.from(variables.APIGATE_KEY_PEPPER);
  const ctx: DomainContext = {
    em: orm.em.fork(),
    actor: system,
    now: new Date(),
    secrets: {
      keyPepper,
      encryptionKey: Buffer.from(variables.APIGATE_ENCRYPTION_KEY),
      jwtSecrets: [],
      accessTokenSeconds: 1,
    },
    passwords: new PasswordHasher({ cost: 4, pepper: keyPepper }),
    publicUrl: 'http://localhost',
    origin: null,
  };
  try {
    const limits = { rateLimitPerMinute: null, requestsPerMonth: null };
    const plan = await createPlan(ctx, createPlanInput.parse({ name: 'Unlimited', ...limits }));
    const upstream = await createUpstream(
      ctx,
      createUpstreamInput.parse({ name: 'Bench', url: upstreamUrl }),
    );
    await createRoute(
      ctx,
      createRouteInput.parse({ name: 'Bench', path: '/v1/*', upstream: upstream.id }),
    );
    const user = await createUser(
      ctx,
      createUserInput.parse({ email: 'caller@example.com', plan: plan.id }),
    );
    const { secret } = await createKey(ctx, createKeyInput.parse({ user: user.id, name: 'Bench' }));
    return secret;
  } finally {
    await orm.close();
  }
}
