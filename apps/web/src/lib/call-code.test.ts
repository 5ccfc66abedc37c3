import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { callCode, callLanguages, type CallLanguage } from './call-code.ts';

const run = promisify(execFile);
const key = 'ak_pHNdBm87hrCHoICqt7lbAeDzUhY4nBvg02xeF8';

const received: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
const server = createServer(({ method, url, headers }, res) => {
  received.push({ method, url, headers });
  res.end('it worked');
});
let url = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  url = `http://127.0.0.1:${address.port}/echo/it's`;
});
afterAll(() => void server.close());
beforeEach(() => received.splice(0));

const runtimes = {
  curl: (code: string) => run('bash', ['-c', code]),
  JavaScript: (code: string) => run(execPath, ['--input-type=module', '--eval', code]),
  Python: (code: string) => run('python3', ['-c', code]),
};
const { Python: _, ...withoutPython } = runtimes;
const hasPython = spawnSync('python3', ['--version']).status === 0;

it.each(Object.entries(hasPython ? runtimes : withoutPython))(
  'calls the API when pasted: %s',
  async (language, paste) => {
    const call = { method: 'GET', url, headers: [], body: null };
    const { stdout } = await paste(callCode(language as CallLanguage, call, key));
    expect(received).toMatchObject([
      { method: 'GET', url: "/echo/it's", headers: { 'x-api-key': key } },
    ]);
    expect(stdout).toContain('200');
    expect(stdout).toContain('it worked');
  },
);

// Go and PHP are not asked for by any other test, so of theirs no more is told than that nothing is left to fill in.
it.each(callLanguages)('holds the address and the key: %s', (language) => {
  const url = 'https://api.example.com/v1/things';
  const code = callCode(language, { method: 'GET', url, headers: [], body: null }, key);
  expect(code).toContain('https://api.example.com/v1/things');
  expect(code).toMatch(new RegExp(`X-API-Key\\W+${key}`));
});
