import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tooling/longest-first.ts';

const nodeMajorMin = 24;
if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  throw new Error(
    `The tests need Node ${nodeMajorMin}, this is ${process.version}: run them with node x.mjs vitest`,
  );
}

// Every process that a test starts, and each worker, reads our modules without stripping the types again.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules/.modules');

export default defineConfig({
  test: {
    include: ['{apps,packages}/**/src/**/*.test.ts', 'tooling/**/*.test.ts'],
    globalSetup: 'tooling/test-server.ts',
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
