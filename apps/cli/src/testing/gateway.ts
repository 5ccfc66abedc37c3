import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const ours = /^(APIGATE_|DATABASE_URL$|REDIS_URL$|JWT_)/;

const local = z.object({ token: z.string() });
const quickstart = z.object({ customerKey: z.string() });

/** A whole gateway of its own for a test file, as `apigate serve` starts it for the first time. */
export interface Gateway extends AsyncDisposable {
  url: string;
  proxyUrl: string;
  /** Where it keeps its data. */
  dataDir: string;
  /** A service key that may do everything. */
  token: string;
  /** The database under it. */
  databaseUrl: string;
  /** The key of customer@apigate.local, who is on the plan Free. */
  customerKey: string;
}

/** Starts a gateway with the quickstart in it, and `env` beside the environment of the tests. */
export async function startGateway(env: Record<string, string> = {}): Promise<Gateway> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'apigate-serve-'));
  stack.defer(() => rm(dir, { recursive: true }));
  const [apiPort, proxyPort] = await freePorts();
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const serve = spawn(process.execPath, [main, 'serve'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...Object.fromEntries(inherited),
      APIGATE_PORT: String(apiPort),
      APIGATE_PROXY_PORT: String(proxyPort),
      BCRYPT_COST: '10',
      ...env,
    },
  });
  const exited = once(serve, 'exit');
  stack.defer(async () => {
    serve.kill('SIGTERM');
    await exited;
  });
  await new Promise<void>((resolve, reject) => {
    serve.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      if (chunk.includes('apigate is running')) resolve();
    });
    void exited.then(() => reject(new Error('apigate serve ended before it ran.')));
  });
  const readData = (...path: string[]) => readFile(join(dir, '.apigate', ...path), 'utf8');
  const read = async (name: string) => JSON.parse(await readData(name));
  const { token } = local.parse(await read('local.json'));
  const { customerKey } = quickstart.parse(await read('quickstart.json'));
  const password = await readData('postgres', 'password');
  // https://www.postgresql.org/docs/current/storage-file-layout.html: the fourth line is the port.
  const [, , , databasePort] = (await readData('postgres', 'data', 'postmaster.pid')).split('\n');
  const running = stack.move();
  return {
    url: `http://127.0.0.1:${apiPort}`,
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    dataDir: join(dir, '.apigate'),
    token,
    databaseUrl: `postgres://apigate:${password}@127.0.0.1:${databasePort}/postgres`,
    customerKey,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Two free ports below those that systems give to outgoing connections, one of which could take them meanwhile. */
async function freePorts(): Promise<[number, number]> {
  return [await freePort(), await freePort()];
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = randomInt(10_000, 32_000);
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return port;
  } catch (error) {
    if (Object(error).code === 'EADDRINUSE') return freePort();
    throw error;
  } finally {
    server.close();
  }
}
