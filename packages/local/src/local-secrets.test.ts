import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localSecrets } from './local-secrets.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'apigate-secrets-'));
});

afterEach(() => rm(dir, { recursive: true }));

const given = {
  JWT_SECRET: 'j'.repeat(32),
  APIGATE_ENCRYPTION_KEY: 'e'.repeat(32),
  APIGATE_KEY_PEPPER: 'p'.repeat(32),
};

test('makes secrets once and keeps them for this user alone', async () => {
  const made = await localSecrets(dir, {}, { mayMake: true });
  expect(await localSecrets(dir, {}, { mayMake: true })).toEqual(made);
  expect(new Set(Object.values(made)).size).toBe(3);
  expect((await stat(path.join(dir, 'secrets.json'))).mode & 0o777).toBe(0o600);
});

test('takes what the environment gives and keeps the rest', async () => {
  const made = await localSecrets(dir, {}, { mayMake: true });
  const mixed = await localSecrets(dir, { JWT_SECRET: given.JWT_SECRET }, { mayMake: true });
  expect(mixed).toEqual({ ...made, JWT_SECRET: given.JWT_SECRET });
  expect(await localSecrets(dir, given, { mayMake: false })).toEqual(given);
});

test('makes none for one plane alone, because the other could not know them', async () => {
  await expect(localSecrets(dir, {}, { mayMake: false })).rejects.toThrow(/APIGATE_KEY_PEPPER/);
});

test('a damaged file stops the start and stays as it is', async () => {
  const file = path.join(dir, 'secrets.json');
  await writeFile(file, '{"JWT_SECRET": "cut o');
  await expect(localSecrets(dir, {}, { mayMake: true })).rejects.toThrow(/damaged/);
  expect(await readFile(file, 'utf8')).toBe('{"JWT_SECRET": "cut o');
});
