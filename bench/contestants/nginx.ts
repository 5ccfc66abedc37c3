import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pinned } from '../placement.ts';
import { serve, type Service } from '../programs.ts';
import { freePort, waitUntilReady } from '../ready.ts';
import { keyHeader, neutralHeader, type Contestant } from './contestant.ts';
import { writtenLines } from './written-lines.ts';

const bodyBytes = 200;
const luaDir = import.meta.dirname;

/** The API behind everything: it answers with 200 bytes. */
export interface Upstream extends Contestant, AsyncDisposable {
  port: number;
  /** Requests that it has had so far. */
  hits: () => Promise<number>;
}

/** What a contestant in front of the upstream needs. */
export interface Given {
  dir: string;
  upstreamPort: number;
  /** A key on each line. */
  keysFile: string;
  /** A key and the name of its caller on each line. */
  callersFile: string;
}

/** Starts the upstream, beside the generator. */
export async function startUpstream(dir: string, keysFile: string): Promise<Upstream> {
  const port = await freePort();
  const service = await startNginx(path.join(dir, 'upstream'), 'generator', {
    servers: `
    server {
      listen 127.0.0.1:${port};
      location / { default_type text/plain; return 200 "${'x'.repeat(bodyBytes)}"; }
      location = /hits { stub_status; }
    }`,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/hits`);
  let ownHits = 1;
  const hits = async (): Promise<number> => {
    const text = await (await fetch(`${url}/hits`)).text();
    ownHits += 1;
    const [, requests] = /^ \d+ \d+ (\d+)/m.exec(text) ?? [];
    return Number(requests) - ownHits;
  };
  return {
    ...service,
    id: 'direct',
    name: 'the upstream, directly',
    does: 'nothing: the generator asks the upstream itself, with which it shares a processor',
    url: `${url}/v1/items`,
    port,
    pid: null,
    keysFile,
    keyHeader: neutralHeader,
    isAside: true,
    accounts: null,
    hits,
  };
}

/** Starts an nginx that passes everything on over kept connections, and does nothing else. */
export async function startPlainNginx({
  dir,
  upstreamPort,
  keysFile,
}: Given): Promise<Contestant & AsyncDisposable> {
  const port = await freePort();
  const service = await startNginx(path.join(dir, 'nginx'), 'contestant', {
    servers: `
    ${upstreamBlock(upstreamPort)}
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://api;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
      }
      location = /ready { return 200; }
    }`,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/ready`);
  return {
    ...service,
    id: 'nginx',
    name: 'nginx, `proxy_pass` alone',
    does: 'passes everything on; no duty but 5 and 7',
    url: `${url}/v1/items`,
    keysFile,
    keyHeader: neutralHeader,
    isAside: true,
    accounts: null,
  };
}

/** Starts an nginx that does all duties in Lua. @param hasCache whether each worker keeps callers of its own in front */
export async function startLuaNginx(
  { dir, upstreamPort, keysFile, callersFile }: Given,
  hasCache: boolean,
): Promise<Contestant & AsyncDisposable> {
  const port = await freePort();
  const id = hasCache ? 'lua-lru' : 'lua';
  const own = path.join(dir, id);
  mkdirSync(own);
  const recordsFile = path.join(own, 'records');
  // Of an nginx that root starts, the worker runs as somebody who may write only what all may write.
  writeFileSync(recordsFile, '');
  chmodSync(recordsFile, 0o666);
  const service = await startNginx(own, 'contestant', {
    modules: ['ndk_http_module', 'ngx_http_lua_module'],
    servers: `
    lua_package_path "${luaDir}/?.lua;;";
    lua_shared_dict keys 8m;
    lua_shared_dict counters 32m;
    init_by_lua_block { require('nginx-duties').load('${callersFile}') }
    init_worker_by_lua_block { require('nginx-duties').start('${recordsFile}', ${hasCache}) }
    ${upstreamBlock(upstreamPort)}
    server {
      listen 127.0.0.1:${port};
      location / {
        set $caller '';
        access_by_lua_block { require('nginx-duties').decide() }
        proxy_pass http://api;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Proxy-Connection "";
        proxy_set_header Trailer "";
        proxy_set_header X-API-Key "";
        proxy_set_header X-User-Id "";
        proxy_set_header X-User-Email "";
        proxy_set_header X-Plan-Id "";
        proxy_set_header X-Key-Id "";
        proxy_set_header X-Consumer-Id $caller;
        log_by_lua_block { require('nginx-duties').record() }
      }
      location = /counts { content_by_lua_block { require('nginx-duties').tell() } }
    }`,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/counts`);
  const counts = countsByMinute(`${url}/counts`);
  return {
    ...service,
    id,
    name: hasCache ? 'nginx + Lua, with an LRU cache in front' : 'nginx + Lua',
    does: `all duties; keys and counters in shared memory${hasCache ? ', callers in a cache of the worker' : ''}`,
    url: `${url}/v1/items`,
    keysFile,
    keyHeader,
    accounts: {
      look: counts.look,
      read: async (expected) => ({
        counted: counts.sum(),
        recorded: await writtenLines(recordsFile, expected),
      }),
    },
  };
}

/** Adds up counters that are forgotten after two minutes, and are therefore looked at more often than that. */
function countsByMinute(url: string): { look: () => Promise<void>; sum: () => number } {
  const byMinute = new Map<string, number>();
  const look = async (): Promise<void> => {
    const text = await (await fetch(url)).text();
    for (const [, minute = '', count] of text.matchAll(/^(\d+) (\d+)$/gm)) {
      byMinute.set(minute, Math.max(byMinute.get(minute) ?? 0, Number(count)));
    }
  };
  return { look, sum: () => [...byMinute.values()].reduce((sum, count) => sum + count, 0) };
}

function upstreamBlock(port: number): string {
  return `upstream api { server 127.0.0.1:${port}; keepalive 128; keepalive_requests 100000; }`;
}

/** One worker, no log, and connections that are kept for as long as they are used. */
async function startNginx(
  dir: string,
  role: 'contestant' | 'generator',
  { modules = [], servers }: { modules?: readonly string[]; servers: string },
): Promise<Service> {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  writeFileSync(
    file,
    `
    ${modules.map((name) => `load_module /usr/lib/nginx/modules/${name}.so;`).join('\n')}
    daemon off;
    pid ${dir}/pid;
    error_log stderr crit;
    worker_processes 1;
    events { worker_connections 4096; }
    http {
      access_log off;
      keepalive_requests 1000000000;
      ${temporary.join(' ')}
      ${servers}
    }`,
  );
  return serve(pinned(role, ['nginx', '-p', dir, '-c', file, '-e', 'stderr']));
}
