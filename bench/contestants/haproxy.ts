import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { pinned } from '../placement.ts';
import { serve } from '../programs.ts';
import { freePort, waitUntilReady } from '../ready.ts';
import { keyHeader, type Contestant } from './contestant.ts';
import type { Given } from './nginx.ts';
import { writtenLines } from './written-lines.ts';

/** Starts a HAProxy that does the duties with what its configuration offers. */
export async function startHaproxy({
  dir,
  upstreamPort,
  keysFile,
  callersFile,
}: Given): Promise<Contestant & AsyncDisposable> {
  const port = await freePort();
  const own = path.join(dir, 'haproxy');
  mkdirSync(own);
  const configFile = path.join(own, 'config');
  const mapFile = path.join(own, 'map');
  const socket = path.join(own, 'socket');
  const recordsFile = path.join(own, 'records');
  writeFileSync(mapFile, mapOf(readFileSync(callersFile, 'utf8')));
  writeFileSync(
    configFile,
    `
global
  nbthread 1
  maxconn 4096
  log stdout len 256 format raw local0
  stats socket ${socket} level operator
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
backend counters
  stick-table type string len 32 size 100k expire 2h store http_req_rate(60s),http_req_cnt
frontend entry
  bind 127.0.0.1:${port}
  log global
  log-format "%[var(txn.caller)] items %ST %B %Ta"
  http-request return status 200 if { path /ready }
  http-request set-var(txn.caller) req.hdr(x-api-key),sha2(256),hex,map_str(${mapFile})
  http-request deny deny_status 401 unless { var(txn.caller) -m found }
  http-request track-sc0 var(txn.caller) table counters
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1000000000 }
  http-request del-header x-api-key
  http-request del-header x-user- -m beg
  http-request del-header x-plan- -m beg
  http-request del-header x-key- -m beg
  http-request set-header X-Consumer-Id %[var(txn.caller)]
  default_backend api
backend api
  server upstream 127.0.0.1:${upstreamPort} pool-max-conn 128
`,
  );
  const service = await serve(pinned('contestant', ['haproxy', '-f', configFile]), {}, recordsFile);
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(`${url}/ready`);
  return {
    ...service,
    id: 'haproxy',
    name: 'HAProxy',
    does: 'all duties: keys in a map, counters in a stick table, a line on its standard output as the record',
    url: `${url}/v1/items`,
    keysFile,
    keyHeader,
    isAside: true,
    accounts: {
      read: async (expected) => ({
        recorded: await writtenLines(recordsFile, expected, 'caller-'),
        counted: await countedIn(socket),
      }),
    },
  };
}

/** Digests as HAProxy writes them, with their callers. */
function mapOf(callers: string): string {
  return callers
    .trim()
    .split('\n')
    .map((line) => {
      const [key = '', caller] = line.split(' ');
      return `${createHash('sha256').update(key).digest('hex').toUpperCase()} ${caller}\n`;
    })
    .join('');
}

async function countedIn(socket: string): Promise<number> {
  const client = connect(socket);
  let text = '';
  client.on('data', (chunk) => (text += String(chunk)));
  client.write('show table counters\n');
  await once(client, 'end');
  client.destroy();
  return [...text.matchAll(/ http_req_cnt=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
}
