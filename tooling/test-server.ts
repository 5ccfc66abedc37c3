import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTemplateDatabase } from '@apigate/domain/testing';
import { startEmbeddedPostgres } from '@apigate/local';
import type { TestProject } from 'vitest/node';

/** Starts the PostgreSQL that all tests of a run share and prepares the database that they copy; Vitest calls it once. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'apigate-test-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const server = await startEmbeddedPostgres({ dir, durable: false, log: () => undefined });
  await createTemplateDatabase(server.url);
  project.provide('testServerUrl', server.url);
  return server.stop;
}
