import { expect, test } from 'vitest';
import { readinessOf, type Readiness, type ReadinessState } from './own-answers.ts';

const nowMs = 10_000_000;
const bounds = { databaseSilenceMaxMs: 900_000, changePollMs: 2_000 };
const well: ReadinessState = {
  isClosing: false,
  isLoaded: true,
  confirmedAtMs: nowMs - 1_000,
  isSpoolFull: false,
  areCountersShared: null,
};

test.each<[string, Partial<ReadinessState>, Readiness]>([
  ['all is well', {}, { status: 'ready' }],
  ['limits are shared', { areCountersShared: true }, { status: 'ready' }],
  [
    'other proxies cannot be asked',
    { areCountersShared: false },
    { status: 'ready', degraded: ['counters_not_shared'] },
  ],
  [
    'the database is away, and known keys go on',
    { confirmedAtMs: nowMs - 60_000 },
    { status: 'ready', degraded: ['database_away'] },
  ],
  [
    'it has been away for so long that no key goes on',
    { confirmedAtMs: nowMs - 900_001 },
    { status: 'not_ready', reasons: ['database_away_for_long'] },
  ],
  [
    'nothing is known yet',
    { isLoaded: false, confirmedAtMs: 0 },
    { status: 'not_ready', reasons: ['not_loaded'] },
  ],
  [
    'nothing more can be metered',
    { isSpoolFull: true },
    { status: 'not_ready', reasons: ['spool_full'] },
  ],
  [
    'it leaves, and more is wrong',
    { isClosing: true, isSpoolFull: true, areCountersShared: false },
    {
      status: 'not_ready',
      reasons: ['closing', 'spool_full'],
      degraded: ['counters_not_shared'],
    },
  ],
])('readiness when %s', (_, state, readiness) => {
  expect(readinessOf({ ...well, ...state }, bounds, nowMs)).toEqual(readiness);
});
