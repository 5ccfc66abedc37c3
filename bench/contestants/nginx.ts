import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pinned } from '../placement.ts';
import { serve, type Service } from '../programs.ts';
import { waitUntilReady } from '../ready.ts';
import type { Contestant } from './contestant.ts';

const bodyBytes = 200;

/** The API behind everything: it answers with 200 bytes. */
export interface Upstream extends Contestant, AsyncDisposable {
  /** Requests that it has had so far. */
  hits: () => Promise<number>;
}

/** Starts the upstream, beside the generator. */
export async function startUpstream(dir: string, port: number): Promise<Upstream> {
  const service = await startNginx(
    path.join(dir, 'upstream'),
    'generator',
    `
    server {
      listen 127.0.0.1:${port};
      location / { default_type text/plain; return 200 "${'x'.repeat(bodyBytes)}"; }
      location = /hits { stub_status; }
    }`,
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/hits`);
  let ownHits = 1;
  const hits = async (): Promise<number> => {
    const text = await (await fetch(`${url}/hits`)).text();
    ownHits += 1;
    const [, requests] = /^ \d+ \d+ (\d+)/m.exec(text) ?? [];
    return Number(requests) - ownHits;
  };
  return { ...service, name: 'upstream, directly', url, pid: null, hits };
}

/** Starts an nginx that passes everything on over kept connections, and does nothing else. */
export async function startPlainNginx(
  dir: string,
  port: number,
  upstreamPort: number,
): Promise<Contestant & AsyncDisposable> {
  const service = await startNginx(
    path.join(dir, 'nginx'),
    'contestant',
    `
    upstream api {
      server 127.0.0.1:${upstreamPort};
      keepalive 128;
      keepalive_requests 1000000000;
    }
    server {
      listen 127.0.0.1:${port};
      location / {
        proxy_pass http://api;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
      }
      location = /_apigate/healthz { return 200; }
    }`,
  );
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/_apigate/healthz`);
  return { ...service, name: 'nginx, `proxy_pass` alone', url };
}

/** One worker, no log, and connections that are kept for as long as they are used. */
async function startNginx(
  dir: string,
  role: 'contestant' | 'generator',
  servers: string,
): Promise<Service> {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir}/${name};`,
  );
  writeFileSync(
    file,
    `
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
