import { sendOpenLoad } from '../open-load.ts';
import { networkSockets } from '../sockets.ts';
import { startRelay, type Relay } from '../relay.ts';
import { startOurs, warmUp, writeKeys, type Apigate, type Stage } from '../stage.ts';

const whole = { seconds: 5, coldKeys: 500 };
const quick = { seconds: 2, coldKeys: 100 };
const fastPerSecondMax = 4_000;
/** How much faster the one rate is than the other. */
const contrast = 8;
const coldPerSecond = 100;
/** As many as the stage has. */
const knownKeys = 10_000;

/** What the proxy asked of the database in a span of time. */
export interface Asked {
  requests: number;
  seconds: number;
  /** How often each statement was run. */
  statements: ReadonlyMap<string, number>;
  /** Of these, look-ups of keys that had been looked up before. */
  repeatedLookUps: number;
}

export interface Statements {
  slow: Asked;
  fast: Asked;
  cold: Asked;
  /** Connections that lead neither to a client, nor to the upstream, nor to the database. */
  strangers: number;
}

/** Counts the statements for known keys at two rates, and for keys that are used for the first time. */
export async function countStatements(stage: Stage): Promise<Statements> {
  await using stack = new AsyncDisposableStack();
  const { seconds, coldKeys } = stage.isQuick ? quick : whole;
  const relay = stack.use(await startRelay(stage.database.url));
  const cold = writeKeys(stage, 'relayed-keys', await stage.database.addKeys(coldKeys));
  const ours = stack.use(
    await startOurs(stage, {
      route: 'relayed',
      name: 'apigate, its statements counted',
      does: '',
      databaseUrl: relay.url,
    }),
  );
  const capacity = await warmUp(stage, ours, { requests: 30_000, seconds: 2 });
  const fastPerSecond = Math.min(fastPerSecondMax, Math.round(capacity / 2));
  // Once through all keys, so that every one of them is known.
  const once = { perSecond: fastPerSecond, requests: knownKeys };
  await stage.tallies.during(ours, () => sendOpenLoad(ours, once));
  await stage.settle(ours);
  const slowPerSecond = Math.round(fastPerSecond / contrast);
  let strangers = 0;
  const during = async (perSecond: number, requests: number, keysFile?: string): Promise<Asked> => {
    const before = relay.statements();
    const repeatedBefore = relay.repeatedLookUps();
    const startedAt = performance.now();
    const load = { perSecond, requests, ...(keysFile === undefined ? {} : { keysFile }) };
    const watch = setInterval(() => {
      strangers = Math.max(strangers, strangersOf(ours, stage.upstream.port, relay.port));
    }, 200);
    try {
      await stage.tallies.during(ours, () => sendOpenLoad(ours, load));
    } finally {
      clearInterval(watch);
    }
    await stage.settle(ours);
    const elapsed = (performance.now() - startedAt) / 1000;
    return {
      requests,
      seconds: elapsed,
      statements: difference(relay, before),
      repeatedLookUps: relay.repeatedLookUps() - repeatedBefore,
    };
  };
  return {
    slow: await during(slowPerSecond, slowPerSecond * seconds),
    fast: await during(fastPerSecond, fastPerSecond * seconds),
    cold: await during(coldPerSecond, coldKeys, cold),
    strangers,
  };
}

function difference(relay: Relay, before: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(
    [...relay.statements()]
      .map(([text, count]) => [text, count - (before.get(text) ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

function strangersOf(ours: Apigate, upstreamPort: number, databasePort: number): number {
  return networkSockets(ours.pid).filter(
    ({ localPort, remotePort }) =>
      localPort !== ours.port && remotePort !== upstreamPort && remotePort !== databasePort,
  ).length;
}
