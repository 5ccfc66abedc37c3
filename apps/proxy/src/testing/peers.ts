import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitUntil } from './wait-until.ts';

/** An HTTP server of others that passes every request on to a recorder. */
export interface Peer extends AsyncDisposable {
  port: number;
}

/** Where a peer listens, where it passes requests to, and the folder it may write to. */
interface Place {
  port: number;
  to: number;
  dir: string;
}

interface Recipe {
  /** Name of the file and what stands in it. */
  config: (place: Place) => [name: string, text: string];
  command: (config: string, place: Place) => string[];
}

const isRoot = process.getuid?.() === 0;
const programsPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';

const recipes = {
  nginx: {
    config: ({ port, to, dir }) => [
      'nginx.conf',
      `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/log;
      events { worker_connections 256; }
      http {
        access_log off; merge_slashes off; client_max_body_size 0; keepalive_requests 1000000;
        large_client_header_buffers 8 32k; underscores_in_headers on;
        client_body_temp_path ${dir}/a; proxy_temp_path ${dir}/b; fastcgi_temp_path ${dir}/c;
        uwsgi_temp_path ${dir}/d; scgi_temp_path ${dir}/e;
        upstream recorder { server 127.0.0.1:${to}; keepalive 4; keepalive_requests 1000000; }
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://recorder; proxy_http_version 1.1; proxy_next_upstream off;
            proxy_set_header Connection ""; proxy_set_header Host $http_host;
            proxy_request_buffering off; proxy_buffering off;
          }
        }
      }`,
    ],
    command: (config, { dir }) => ['nginx', '-p', dir, '-e', `${dir}/log`, '-c', config],
  },
  apache: {
    config: ({ port, to, dir }) => [
      'apache.conf',
      `${['mpm_event', 'authz_core', 'proxy', 'proxy_http']
        .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
        .join('\n')}
      ServerRoot ${dir}
      ServerName peer.test
      Listen 127.0.0.1:${port}
      ${isRoot ? 'User www-data\nGroup www-data' : ''}
      DefaultRuntimeDir ${dir}
      PidFile ${dir}/pid
      ErrorLog ${dir}/log
      StartServers 1
      ServerLimit 1
      ThreadsPerChild 32
      MaxRequestWorkers 32
      MaxKeepAliveRequests 0
      KeepAliveTimeout 60
      LimitRequestFieldSize 32768
      AllowEncodedSlashes NoDecode
      MergeSlashes Off
      ProxyPreserveHost On
      ProxyPass / http://127.0.0.1:${to}/ nocanon`,
    ],
    command: (config, { dir }) => ['apache2', '-d', dir, '-f', config, '-D', 'FOREGROUND'],
  },
  lighttpd: {
    config: ({ port, to, dir }) => [
      'lighttpd.conf',
      `server.modules = ("mod_proxy")
      server.document-root = "${dir}"
      server.errorlog = "${dir}/log"
      server.bind = "127.0.0.1"
      server.port = ${port}
      server.max-keep-alive-requests = 60000
      server.max-keep-alive-idle = 60
      server.stream-request-body = 1
      server.http-parseopts = ("url-normalize" => "disable", "method-get-body" => "enable")
      proxy.server = ("" => (("host" => "127.0.0.1", "port" => ${to})))`,
    ],
    command: (config) => ['lighttpd', '-D', '-f', config],
  },
  h2o: {
    config: ({ port, to, dir }) => [
      'h2o.conf',
      [
        'num-threads: 1',
        ...(isRoot ? ['user: www-data'] : []),
        `error-log: ${dir}/log`,
        `pid-file: ${dir}/pid`,
        'http1-request-timeout: 60',
        'listen:',
        '  host: 127.0.0.1',
        `  port: ${port}`,
        'hosts:',
        '  default:',
        '    paths:',
        '      /:',
        `        proxy.reverse.url: http://127.0.0.1:${to}/`,
        '        proxy.preserve-host: ON',
        '',
      ].join('\n'),
    ],
    command: (config) => ['h2o', '-m', 'worker', '-c', config],
  },
  haproxy: {
    config: ({ port, to }) => [
      'haproxy.cfg',
      `global
        maxconn 256
        nbthread 1
      defaults
        mode http
        timeout connect 5s
        timeout client 60s
        timeout server 60s
        http-reuse always
      frontend peer
        bind 127.0.0.1:${port}
        default_backend recorder
      backend recorder
        server recorder 127.0.0.1:${to}
      `,
    ],
    command: (config) => ['haproxy', '-db', '-f', config],
  },
  caddy: {
    config: ({ port, to }) => [
      'Caddyfile',
      `{
        admin off
        auto_https off
      }
      http://:${port} {
        bind 127.0.0.1
        reverse_proxy 127.0.0.1:${to}
      }
      `,
    ],
    command: (config) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', config],
  },
  squid: {
    config: ({ port, to, dir }) => [
      'squid.conf',
      `http_port 127.0.0.1:${port} accel no-vhost defaultsite=api.example.com
      cache_peer 127.0.0.1 parent ${to} 0 no-query no-digest no-netdb-exchange originserver name=recorder
      http_access allow all
      never_direct allow all
      cache deny all
      cache_mem 8 MB
      access_log none
      cache_log ${dir}/log
      pid_filename ${dir}/pid
      coredump_dir ${dir}
      netdb_filename none
      pinger_enable off
      visible_hostname peer.test
      shutdown_lifetime 0 seconds
      client_idle_pconn_timeout 60 seconds
      `,
    ],
    command: (config, { port }) => ['squid', '-N', '-n', `apigate${port}`, '-f', config],
  },
  varnish: {
    config: ({ to }) => [
      'peer.vcl',
      `vcl 4.1;
      backend recorder { .host = "127.0.0.1"; .port = "${to}"; }
      sub vcl_recv { return (pass); }
      `,
    ],
    command: (config, { port, dir }) =>
      `varnishd -F -j none -n ${dir}/varnish -a 127.0.0.1:${port} -s malloc,16m -p timeout_idle=60 -f ${config}`.split(
        ' ',
      ),
  },
} satisfies Record<string, Recipe>;

/** The servers that can be put between the proxy and a recorder. */
export type PeerName = keyof typeof recipes;

/** Starts a server as Debian has it, from a configuration of its own, in front of a recorder. */
export async function startPeer(name: PeerName, to: number): Promise<Peer> {
  const dir = mkdtempSync(path.join(tmpdir(), `apigate-${name}-`));
  // Whoever root starts these as goes on under another account.
  chmodSync(dir, 0o777);
  mkdirSync(path.join(dir, 'home'));
  const place: Place = { port: await freePort(), to, dir };
  const recipe: Recipe = recipes[name];
  const [file, text] = recipe.config(place);
  const config = path.join(dir, file);
  writeFileSync(config, `${text.trim()}\n`);
  const [program = '', ...args] = recipe.command(config, place);
  const child = spawn(program, args, {
    cwd: dir,
    env: { PATH: programsPath, HOME: path.join(dir, 'home') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  let failure: string | null = null;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code) => (failure ??= `exit ${code}`));
  // A worker whose test took too long leaves without disposing of anything.
  const onExit = (): boolean => child.kill('SIGKILL');
  process.once('exit', onExit);
  const stop = async (): Promise<void> => {
    process.off('exit', onExit);
    if (failure === null) {
      const closed = once(child, 'exit');
      child.kill('SIGTERM');
      const hardly = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await closed;
      clearTimeout(hardly);
    }
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await waitUntil(
      `${name} listens`,
      async () => {
        if (failure !== null) throw new Error(`${name} did not start: ${failure}`);
        return listens(place.port);
      },
      20_000,
    );
  } catch (error) {
    let log = '';
    try {
      log = readFileSync(path.join(dir, 'log'), 'utf8');
    } catch {
      // It did not get as far as writing one.
    }
    await stop();
    throw new Error(
      `${String(error)}\n${said}${log}\nnpm test installs ${name} as root; otherwise apt-get install ${name}`,
      { cause: error },
    );
  }
  return { port: place.port, [Symbol.asyncDispose]: stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  const does = await promise;
  socket.destroy();
  return does;
}
