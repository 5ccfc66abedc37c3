import { defineConfig } from 'vitest/config';

const nodeMajorMin = 24;
if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  throw new Error(
    `The tests need Node ${nodeMajorMin}, this is ${process.version}: run them with node x.mjs vitest`,
  );
}

export default defineConfig({
  test: {
    include: ['{apps,packages}/**/src/**/*.test.ts', 'tooling/**/*.test.ts'],
    globalSetup: 'tooling/test-server.ts',
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
