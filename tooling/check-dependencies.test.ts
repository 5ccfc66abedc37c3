import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDependencies } from './check-dependencies.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'apigate-rooms-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}

test('accepts what the rules allow', () => {
  write(
    'packages/contract/package.json',
    '{ "dependencies": { "zod": "4" }, "devDependencies": { "vitest": "5" } }',
  );
  write(
    'packages/contract/src/keys.ts',
    `import { z } from 'zod';\nimport { limit } from './limit.ts';`,
  );
  write('packages/contract/src/keys.test.ts', `import { test } from 'vitest';`);
  write('apps/web/package.json', '{ "devDependencies": { "@apigate/api": "workspace:*" } }');
  write('apps/web/src/lib/trpc.ts', `import type { AppRouter } from '@apigate/api/router';`);
  write('apps/web/src/features/keys/keys-table.tsx', `import { KeyCell } from './key-cell.tsx';`);
  write(
    'apps/web/src/routes/keys.tsx',
    `import { KeysTable } from '../features/keys/keys-table.tsx';`,
  );
  write('packages/sdk/package.json', '{ "devDependencies": { "@apigate/api": "workspace:*" } }');
  write('packages/sdk/src/keys.test.ts', `import { startTestApi } from '@apigate/api/testing';`);
  expect(checkDependencies(root)).toEqual([]);
});

test.each([
  ['packages/contract/src/keys.ts', `import { uuidv7 } from 'uuid';`, 'must not import uuid'],
  ['packages/domain/src/keys.ts', `import express from 'express';`, 'must not import express'],
  [
    'packages/domain/src/keys.ts',
    `import {\n  a,\n  b,\n} from '@trpc/server/adapters/express';`,
    'must not import @trpc/server/adapters/express',
  ],
  [
    'packages/domain/src/keys.ts',
    `export * from '@apigate/config';`,
    'must not import @apigate/config',
  ],
  [
    'packages/ui/src/button.tsx',
    `import type { User } from '@apigate/contract';`,
    'must not import @apigate/contract',
  ],
  [
    'packages/sdk/src/keys.ts',
    `await import('@apigate/domain');`,
    'must not import @apigate/domain',
  ],
  [
    'packages/sdk/src/keys.ts',
    `import { startTestApi } from '@apigate/api/testing';`,
    'must not import @apigate/api/testing',
  ],
  [
    'packages/config/src/port.ts',
    `import '../../local/src/index.ts';`,
    'must not reach out of its package to ../../local/src/index.ts',
  ],
  [
    'apps/cli/src/main.ts',
    `import { a } from '@apigate/domain';`,
    'must not import @apigate/domain',
  ],
  [
    'apps/proxy/src/main.ts',
    `import { a } from '@apigate/api/router';`,
    'must not import @apigate/api/router',
  ],
  [
    'apps/web/src/lib/trpc.ts',
    `import { appRouter } from '@apigate/api/router';`,
    'may import types from @apigate/api/router, and nothing else',
  ],
  [
    'apps/web/src/features/keys/a.tsx',
    `import { b } from '../users/b.tsx';`,
    'must not import from another feature, users',
  ],
])('finds a wrong import in %s', (file, source, problem) => {
  const folder = file.split('/', 2).join('/');
  write(`${folder}/package.json`, '{}');
  write(file, source);
  expect(checkDependencies(root)).toEqual([`${file}: ${problem}`]);
});

test('finds a wrong declaration, and a package without a rule', () => {
  write(
    'packages/domain/package.json',
    '{ "dependencies": { "@trpc/server": "11", "@apigate/sdk": "workspace:*" } }',
  );
  write('packages/new/package.json', '{}');
  expect(checkDependencies(root)).toEqual([
    'packages/domain/package.json: must not depend on @trpc/server',
    'packages/domain/package.json: must not depend on @apigate/sdk',
    'packages/new: has no rule in tooling/check-dependencies.ts',
  ]);
});
