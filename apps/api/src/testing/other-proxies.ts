import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createSocketServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from './until.ts';

/** A proxy of somebody else in front of an API, as the document has it configured. */
export interface OtherProxy extends AsyncDisposable {
  readonly url: string;
  /** Header names of what reached the API, in lower case; of the last request that did. */
  readonly seen: () => Record<string, string | string[] | undefined>;
  readonly requests: () => number;
}

export const otherProxies = ['nginx', 'caddy', 'haproxy'] as const;
export type OtherProxyName = (typeof otherProxies)[number];

const document = path.resolve(import.meta.dirname, '../../../../docs/forward-auth.md');
/** The ports that the document names: the control plane, the API, the proxies. */
const shown = { apigate: 8080, api: 3000, nginx: 8088, caddy: 8089, haproxy: 8090 };

/** The block of the document in a language. */
async function block(language: string): Promise<string> {
  const text = await readFile(document, 'utf8');
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text);
  if (found?.[1] === undefined) throw new Error(`${document} has no block of ${language}`);
  return found[1];
}

/** Starts a proxy by the configuration of the document, on other ports, with an API behind it that counts. */
export async function startOtherProxy(
  name: OtherProxyName,
  apigateUrl: string,
): Promise<OtherProxy> {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(path.join(tmpdir(), `apigate-${name}-`));
  // The workers of nginx are not root, and keep bodies in there.
  await chmod(dir, 0o711);
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  let headers: Record<string, string | string[] | undefined> = {};
  let requests = 0;
  const api = createServer((req, res) => {
    ({ headers } = req);
    requests += 1;
    req.resume().once('end', () => res.end('from the API'));
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  stack.defer(async () => {
    api.close();
    api.closeAllConnections();
    await once(api, 'close');
  });
  const port = await freePort();
  const here = (text: string): string =>
    text
      .replaceAll(`:${shown.apigate}`, `:${new URL(apigateUrl).port}`)
      .replaceAll(`:${shown.api}`, `:${portOf(api)}`)
      .replaceAll(`:${shown[name]}`, `:${port}`)
      .replaceAll('/etc/haproxy', dir);
  const child = await launch(name, dir, here);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.once('error', (error) => {
    output += `${error.message}; install it with: apt-get install ${name}`;
  });
  stack.defer(async () => {
    child.kill('SIGTERM');
    await closed;
  });
  await until(async () => {
    const hasFailed = child.exitCode !== null || child.pid === undefined;
    if (hasFailed) throw new Error(`${name} did not start:\n${output}`);
    return listens(port);
  });
  const kept = stack.move();
  return {
    url: `http://127.0.0.1:${port}`,
    seen: () => headers,
    requests: () => requests,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function launch(
  name: OtherProxyName,
  dir: string,
  here: (text: string) => string,
): Promise<ChildProcess> {
  const write = async (file: string, text: string): Promise<string> => {
    await writeFile(path.join(dir, file), text);
    return path.join(dir, file);
  };
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  switch (name) {
    case 'nginx': {
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((kind) => `${kind}_temp_path ${dir}/${kind};`)
        .join('\n');
      const file = await write(
        'nginx.conf',
        `daemon off;\npid ${dir}/pid;\nerror_log stderr;\nworker_processes 1;\nevents {}\n` +
          `http {\naccess_log off;\n${paths}\n${here(await block('nginx'))}\n}\n`,
      );
      return spawn('nginx', ['-e', 'stderr', '-p', dir, '-c', file], { stdio: [...stdio] });
    }
    case 'caddy': {
      const file = await write(
        'Caddyfile',
        `{\n\tadmin off\n\tauto_https off\n}\n${here(await block('caddyfile'))}`,
      );
      const env = {
        // oxlint-disable-next-line node/no-process-env -- it is found by the PATH of this process
        PATH: process.env['PATH'],
        HOME: dir,
        XDG_DATA_HOME: dir,
        XDG_CONFIG_HOME: dir,
      };
      return spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
        env,
        stdio: [...stdio],
      });
    }
    case 'haproxy': {
      await write('apigate.lua', here(await block('lua')));
      const file = await write('haproxy.cfg', here(await block('haproxy')));
      return spawn('haproxy', ['-db', '-f', file], { stdio: [...stdio] });
    }
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: { address: () => AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
