import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ChangeInbox } from './change-inbox.ts';
import type { GatewayLogger } from './gateway-logger.ts';
import { changeChannel, loadChanges, parseChange } from './load-changes.ts';
import type { Snapshot } from './snapshot.ts';

/** With the pause between two looks it is how long a change may go unnoticed on a connection that brings nothing. */
const answerTimeoutMs = 2_000;
const retryMinMs = 100;
const retryMaxMs = 2_000;
/** After a silence as long as this, the change log may have been trimmed past our mark. */
const markTrustedForMs = 10 * 60_000;

/**
 * Keeps a snapshot true: notifications bring changes within milliseconds, and a look at the change log every few
 * seconds, over the same connection, brings what they may have missed and shows that the connection is alive.
 */
export class ChangeFeed {
  readonly #databaseUrl: string;
  readonly #snapshot: Snapshot;
  readonly #pollMs: number;
  readonly #logger: GatewayLogger;
  readonly #stopping = new AbortController();
  #mark: string | null = null;
  #onLoaded: () => void = () => undefined;
  #running: Promise<void> | null = null;

  constructor(databaseUrl: string, snapshot: Snapshot, pollMs: number, logger: GatewayLogger) {
    this.#databaseUrl = databaseUrl;
    this.#snapshot = snapshot;
    this.#pollMs = pollMs;
    this.#logger = logger;
  }

  /**
   * Follows the database until {@link stop}, through any number of lost connections.
   *
   * @param onLoaded called when the snapshot is whole for the first time.
   */
  start(onLoaded: () => void): void {
    this.#onLoaded = onLoaded;
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let retryMs = retryMinMs;
    while (!signal.aborted) {
      const before = this.#snapshot.confirmedAtMs;
      try {
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.warn({ err: error }, 'change_feed_lost');
      }
      const hasWorked = this.#snapshot.confirmedAtMs > before;
      retryMs = hasWorked ? retryMinMs : Math.min(retryMs * 2, retryMaxMs);
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #follow(stopping: AbortSignal): Promise<void> {
    const client = new Client({
      connectionString: this.#databaseUrl,
      application_name: 'apigate-changes',
      connectionTimeoutMillis: answerTimeoutMs,
      query_timeout: answerTimeoutMs,
      keepAlive: true,
    });
    const broken = new AbortController();
    const either = AbortSignal.any([stopping, broken.signal]);
    client.on('error', (error) => broken.abort(error));
    client.on('end', () => broken.abort(new Error('the database closed the connection')));
    const inbox = new ChangeInbox();
    client.on('notification', ({ payload = '' }) => {
      this.#snapshot.apply([inbox.notified(parseChange(payload))]);
    });
    try {
      await client.connect();
      await client.query(`listen ${changeChannel}`);
      await this.#catchUp(client, inbox);
      this.#logger.info({}, 'change_feed_following');
      this.#onLoaded();
      for (;;) {
        await sleep(this.#pollMs, undefined, { signal: either });
        const { changes, mark } = await loadChanges(client, this.#mark);
        this.#snapshot.apply(inbox.news(changes));
        this.#mark = mark;
        this.#snapshot.confirm(performance.now());
      }
    } catch (error) {
      throw broken.signal.aborted ? broken.signal.reason : error;
    } finally {
      client.end().catch(() => undefined);
    }
  }

  async #catchUp(client: Client, inbox: ChangeInbox): Promise<void> {
    const silentMs = performance.now() - this.#snapshot.confirmedAtMs;
    const isMarkGood = silentMs < markTrustedForMs;
    const { changes, mark } = await loadChanges(client, isMarkGood ? this.#mark : null);
    if (this.#mark === null || !isMarkGood) await this.#snapshot.reload();
    else this.#snapshot.apply(inbox.news(changes));
    this.#mark = mark;
    this.#snapshot.confirm(performance.now());
  }
}
