import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v7 } from 'uuid';
import type { UsageRecord } from '../../../usage/usage-record.ts';
import type { GatewayLogger } from '../../gateway-logger.ts';
import type { EncodedUsage } from '../encoded-usage.ts';

/** A folder that is removed with its test. */
export function temporaryFolder(): Disposable & { path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'apigate-spool-'));
  return {
    path: folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A logger that keeps the names of what it was told. */
export function collectingLogger(): GatewayLogger & { events: string[]; values: object[] } {
  const events: string[] = [];
  const values: object[] = [];
  const log = (of: object, event: string): void => {
    values.push(of);
    events.push(event);
  };
  return { events, values, info: log, warn: log, error: log };
}

/** A request of nobody, unless told otherwise. */
export function usageOf(overrides: Partial<UsageRecord> = {}): UsageRecord {
  return {
    id: v7(),
    atMs: Date.now(),
    userId: null,
    keyId: null,
    planId: null,
    routeId: null,
    method: 'GET',
    path: '/v1/things',
    status: 200,
    refusalCode: null,
    units: 1,
    periodStart: null,
    bytesIn: 0,
    bytesOut: 12,
    latencyUs: 1_000,
    upstreamLatencyUs: 800,
    ip: '192.0.2.1',
    userAgent: 'test/1',
    decision: null,
    ...overrides,
  };
}

export function recordsOf(encoded: EncodedUsage): UsageRecord[] {
  return Array.from({ length: encoded.count }, (_, at) => encoded.recordAt(at));
}
