import type { Capacity } from './sections/capacity.ts';
import type { ColdKeys } from './sections/cold-keys.ts';
import type { Latency } from './sections/latency.ts';
import type { ManyKeys } from './sections/many-keys.ts';
import type { Pages } from './sections/pages.ts';
import type { Asked, Statements } from './sections/statements.ts';
import type { Threads } from './sections/threads.ts';
import type { Rounds } from './rounds.ts';
import type { Tally } from './tallies.ts';

/** All that was measured; what was not asked for is missing. */
export interface Findings {
  machine: string;
  measuredAt: Date;
  minutes: number;
  isPinned: boolean;
  capacity?: Capacity | undefined;
  withoutDatabase?: Rounds | undefined;
  threads?: Threads | undefined;
  statements?: Statements | undefined;
  latency?: Latency | undefined;
  cold?: ColdKeys | undefined;
  many?: ManyKeys | undefined;
  pages?: Pages | undefined;
  /** Parts that came to no end, and why. */
  failures: { part: string; reason: string }[];
  /** By the names of the contestants. */
  tallies: ReadonlyMap<string, Tally>;
  /** Requests with a key that were sent to proxies of ours, and what their users' quotas say. */
  quota: { sent: number; units: number };
}

/** The names that the targets are about. */
export const luaNames = ['nginx + Lua', 'nginx + Lua, with an LRU cache in front'] as const;

export function statementsIn({ statements }: Asked): number {
  return [...statements.values()].reduce((sum, count) => sum + count, 0);
}

/** Statements that each further request causes, from what was asked at two rates over the same time. */
export function statementsPerRequest({ slow, fast }: Statements): number {
  const perSecond = (asked: Asked): number => statementsIn(asked) / asked.seconds;
  const requestsPerSecond = (asked: Asked): number => asked.requests / asked.seconds;
  return (perSecond(fast) - perSecond(slow)) / (requestsPerSecond(fast) - requestsPerSecond(slow));
}
