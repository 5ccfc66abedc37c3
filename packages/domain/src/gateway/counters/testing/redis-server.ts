import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Redis of its own, that can be killed and started again on the same port. */
export interface RedisServer extends AsyncDisposable {
  url: string;
  /** Starts it, empty. */
  start: () => Promise<void>;
  kill: () => Promise<void>;
  /** Stops and continues the process where it is. */
  signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
}

/** Starts Debian's `redis-server`, which keeps nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/tmp'];
    child = spawn('redis-server', ['--port', String(port), ...options], { stdio: 'ignore' });
    const failed = once(child, 'error').then(([error]) => {
      throw new Error(
        'redis-server cannot be started; install it with: apt-get install redis-server',
        {
          cause: error,
        },
      );
    });
    failed.catch(() => undefined);
    while (!(await Promise.race([accepts(port), failed]))) await sleep(5);
  }

  async function kill(): Promise<void> {
    if (child === null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    child = null;
    await exit;
  }

  // A test that fails stops nothing.
  process.once('exit', () => child?.kill('SIGKILL'));
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    signal: (signal) => void child?.kill(signal),
    [Symbol.asyncDispose]: kill,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
