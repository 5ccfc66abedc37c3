import { existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTool } from './run-tool.ts';

/** What Debian calls the package with a program, and where it lies if that is not in PATH under its own name. */
interface Origin {
  package: string;
  place?: string;
}

const origins = {
  apache2: { package: 'apache2' },
  caddy: { package: 'caddy' },
  chromium: { package: 'chromium' },
  h2o: { package: 'h2o' },
  haproxy: { package: 'haproxy' },
  libfaketime: { package: 'libfaketime', place: '/usr/lib/*/faketime/libfaketime.so.1' },
  lighttpd: { package: 'lighttpd' },
  'lua-lrucache': {
    package: 'lua-resty-lrucache',
    place: '/usr/share/lua/5.1/resty/lrucache.lua',
  },
  'lua-sha256': { package: 'lua-nginx-string', place: '/usr/share/lua/5.1/nginx/sha256.lua' },
  nginx: { package: 'nginx' },
  'nginx-lua': {
    package: 'libnginx-mod-http-lua',
    place: '/usr/lib/nginx/modules/ngx_http_lua_module.so',
  },
  oathtool: { package: 'oathtool' },
  'redis-server': { package: 'redis-server' },
  slowhttptest: { package: 'slowhttptest' },
  squid: { package: 'squid' },
  varnishd: { package: 'varnish' },
  wrk: { package: 'wrk' },
} as const satisfies Record<string, Origin>;

/** A program of Debian that tests or measurements run. */
export type Program = keyof typeof origins;

const lockTimeoutSeconds = 300;
const installTimeoutMs = 15 * 60_000;
const aptEnv = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };

/** Whether a command can be found; those for administrators are, whatever PATH says. */
export function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, command)));
}

function isThere(program: Program): boolean {
  const { place }: Origin = origins[program];
  return place === undefined ? isInstalled(program) : globSync(place).length > 0;
}

/**
 * Has Debian install what is missing, where we may.
 *
 * @param policyFile what Debian asks whether a service may start.
 * @throws Error that says what is missing, how to install it, and why we could not.
 */
export async function requirePrograms(
  programs: readonly Program[],
  policyFile = '/usr/sbin/policy-rc.d',
): Promise<void> {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => origins[program].package);
  const remedy = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const what = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  if (!isInstalled('apt-get')) {
    throw new Error(`${what}, and there is no apt-get here to install from Debian: ${remedy}`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`${what}, and only root can install: ${remedy}`);
  }
  console.log(`${what}: installing by apt-get`);
  const output = await install(packages, policyFile);
  const stillMissing = missing.filter((program) => !isThere(program));
  if (stillMissing.length > 0) {
    throw new Error(`${stillMissing.join(', ')} could not be installed by ${remedy}\n${output}`);
  }
}

/** @returns what apt-get printed. */
async function install(packages: readonly string[], policyFile: string): Promise<string> {
  const options = { cwd: '/', env: aptEnv, timeoutMs: installTimeoutMs };
  using _noServices = keepServicesFromStarting(policyFile);
  // When somebody else fetches the lists right now this fails, and those lists do as well.
  const updated = await runTool('apt-get', ['update'], options);
  const installed = await runTool(
    'apt-get',
    [
      'install',
      '--yes',
      '--no-install-recommends',
      '--option',
      `DPkg::Lock::Timeout=${lockTimeoutSeconds}`,
      ...packages,
    ],
    options,
  );
  return updated.output + installed.output;
}

/** Packages of servers start them, which would take ports and stay behind; this tells them not to (101: not allowed). */
function keepServicesFromStarting(policyFile: string): Disposable {
  if (existsSync(policyFile)) return { [Symbol.dispose]: () => undefined };
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const remove = (): void => rmSync(policyFile, { force: true });
  process.once('exit', remove);
  return {
    [Symbol.dispose]: () => {
      process.off('exit', remove);
      remove();
    },
  };
}
