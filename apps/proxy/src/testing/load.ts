import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What became of the requests of a load. */
interface LoadResult {
  /** Answers by status. */
  statuses: Map<number, number>;
  /** Requests without an answer, by reason. */
  failures: string[];
  sent: number;
}

/** Requests at a steady rate over kept connections, until it is stopped. */
export interface Load {
  readonly result: LoadResult;
  stop: () => Promise<LoadResult>;
}

/** Starts a load that repeats nothing: a request that fails is counted as failed. */
export function startLoad(
  url: string,
  secret: string,
  { perSecond, connectionsMax }: { perSecond: number; connectionsMax: number },
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const result: LoadResult = { statuses: new Map(), failures: [], sent: 0 };
  const running = new Set<Promise<void>>();
  let isStopped = false;

  const send = (): Promise<void> =>
    new Promise((resolve) => {
      const req = request(url, { agent, headers: { 'X-API-Key': secret } }, (res) => {
        res.once('error', (error) => {
          result.failures.push(error.message);
          resolve();
        });
        res.once('end', () => {
          const status = res.statusCode ?? 0;
          result.statuses.set(status, (result.statuses.get(status) ?? 0) + 1);
          resolve();
        });
        res.resume();
      });
      req.once('error', (error) => {
        result.failures.push(error.message);
        resolve();
      });
      req.end();
    });

  const startedAtMs = performance.now();
  const loop = (async () => {
    while (!isStopped) {
      const due = ((performance.now() - startedAtMs) * perSecond) / 1000;
      while (result.sent < due) {
        result.sent += 1;
        const sent = send().finally(() => running.delete(sent));
        running.add(sent);
      }
      await sleep(4);
    }
  })();

  return {
    result,
    stop: async () => {
      isStopped = true;
      await loop;
      await Promise.all(running);
      agent.destroy();
      return result;
    },
  };
}
