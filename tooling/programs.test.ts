import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const source = pathToFileURL(path.join(import.meta.dirname, 'programs.ts')).href;
const runFile = promisify(execFile);
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'apigate-programs-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): void {
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

const policyFile = (): string => path.join(folder, 'policy-rc.d');

/** Requires wrk where PATH holds nothing but what the test has put there. @returns the failure, or what was printed. */
async function requireWrk(userId: number): Promise<string> {
  const code = `
    process.getuid = () => ${userId};
    const { requirePrograms } = await import(${JSON.stringify(source)});
    await requirePrograms(['wrk'], ${JSON.stringify(policyFile())}).then(() => console.log('ready'), (error) => console.log(error.message));`;
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await runFile(process.execPath, args, { env: { PATH: folder } });
  return stdout;
}

test('does nothing when everything is there', async () => {
  script('wrk', 'exit 0');
  expect(await requireWrk(1000)).toBe('ready\n');
});

test('says what to install where there is no apt-get', async () => {
  expect(await requireWrk(0)).toMatch(
    /^wrk is missing, and there is no apt-get .*: apt-get install --no-install-recommends wrk/,
  );
});

test('says what to install where we are not root', async () => {
  script('apt-get', 'exit 0');
  expect(await requireWrk(1000)).toMatch(/^wrk is missing, and only root can install: apt-get/);
});

test('installs by apt-get as root, waits for its lock, and starts no service', async () => {
  const log = path.join(folder, 'log');
  script(
    'apt-get',
    `echo "$@" >>${log}
    [ "$1" = install ] || exit 0
    ${policyFile()}
    echo "services: $?" >>${log}
    echo '#!/bin/sh' >${folder}/wrk`,
  );
  expect(await requireWrk(0)).toMatch(/ready\n$/);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
    'update',
    expect.stringMatching(/^install --yes .*DPkg::Lock::Timeout=\d+ wrk$/),
    'services: 101',
  ]);
  expect(existsSync(policyFile())).toBe(false);
});

test('passes on what apt-get said when it fails', async () => {
  script('apt-get', 'echo E: no space left; exit 100');
  expect(await requireWrk(0)).toMatch(/wrk could not be installed[^]*E: no space left/);
});
