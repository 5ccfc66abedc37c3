import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { ConfigError, parseEnvironment } from './parse-environment.ts';
import { boolean, cidrList, durationSeconds, port, secret, url } from './variables.ts';

const schema = z.object({
  APIGATE_PORT: port().default(8080),
  DATABASE_URL: url(['postgres', 'postgresql']),
  JWT_EXPIRES_IN: durationSeconds().default(3600),
  JWT_SECRET: secret({ charsMin: 16 }),
  VERBOSE: boolean().optional(),
  APIGATE_TRUSTED_PROXIES: cidrList().default([]),
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const good = { DATABASE_URL: 'postgres://db/apigate', JWT_SECRET: 'sixteen letters.' };

test('gives typed values and defaults, and takes an empty variable for an unset one', () => {
  const config = parseEnvironment(schema, {
    ...good,
    APIGATE_PORT: '',
    JWT_EXPIRES_IN: '15m',
    VERBOSE: '1',
    APIGATE_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    UNRELATED: 'ignored',
  });
  expect(config).toMatchObject({
    APIGATE_PORT: 8080,
    JWT_EXPIRES_IN: 900,
    VERBOSE: true,
    APIGATE_TRUSTED_PROXIES: ['10.0.0.0/8', '::1'],
  });
  expect(config.JWT_SECRET.reveal()).toBe(good.JWT_SECRET);
});

test('tells every problem at once, a line a variable, with what is allowed', () => {
  const problems = problemsOf({
    APIGATE_PORT: '80800',
    JWT_EXPIRES_IN: 'soon',
    JWT_SECRET: 'short',
    VERBOSE: 'yes',
  });
  expect(problems).toEqual([
    'APIGATE_PORT: must be a port, 0 to 65535',
    'DATABASE_URL: must be set (must be an address that begins with postgres:// or postgresql://)',
    'JWT_EXPIRES_IN: must be a number with s, m, h or d behind it, such as 30s, 15m or 1h',
    'JWT_SECRET: must have at least 16 characters',
    'VERBOSE: must be true, false, 1 or 0',
  ]);
});

test('never repeats a value, which may be a secret', () => {
  const value = 'hunter2';
  const error = new ConfigError(
    problemsOf({ DATABASE_URL: value, JWT_SECRET: value, APIGATE_PORT: value }),
  );
  expect(error.problems).toHaveLength(3);
  expect(inspect(error)).not.toContain(value);
});

test.each(['10.0.0.0/33', '10.0.0/8', 'localhost', '::/129', '10.0.0.0/8/8', '10.0.0.0/'])(
  'refuses the network %s',
  (text) => {
    expect(problemsOf({ ...good, APIGATE_TRUSTED_PROXIES: text })).toHaveLength(1);
  },
);

test.each(['-1', '1.5', '0x10', ' 80', '1e3'])('refuses the port "%s"', (text) => {
  expect(problemsOf({ ...good, APIGATE_PORT: text })).toHaveLength(1);
});
