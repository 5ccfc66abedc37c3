import type { Settings } from '@apigate/contract';
import type { Queryable } from '../queryable.ts';
import type { Caller, Callers } from './callers.ts';
import type { GatewayLogger } from './gateway-logger.ts';
import type { Change } from './load-changes.ts';
import { loadPlans, loadRoutes, loadUpstreams } from './load-records.ts';
import { loadSettings } from './load-settings.ts';
import type { PlanRecord, UpstreamRecord } from './records.ts';
import { RouteTable } from './route-table.ts';
import { isBoundAsUser, termsOf, type Terms } from './terms.ts';

type Table = Exclude<Change['kind'], 'key' | 'user'>;
const tables: readonly Table[] = ['plan', 'route', 'setting', 'upstream'];

/** What the gateway knows: plans, routes, settings and upstreams whole, keys and users as they are used. */
export class Snapshot {
  readonly callers: Callers;
  readonly #db: Queryable;
  readonly #onUpstreams: (records: readonly UpstreamRecord[]) => void;
  readonly #logger: GatewayLogger;
  readonly #stale = new Set<Table>(tables);
  #refreshing: Promise<void> | null = null;
  #routes = new RouteTable([]);
  #plans = new Map<string, PlanRecord>();
  #settings: Settings | null = null;
  /** Whether every table has been read at least once; before that, what is missing would pass for what is not there. */
  #isWhole = false;
  /** Raised when plans or settings change, which the terms of every caller rest on. */
  #generation = 0;
  #confirmedAtMs = 0;

  /** @param onUpstreams is told the upstreams, all of them, whenever they may have changed. */
  constructor(
    db: Queryable,
    callers: Callers,
    onUpstreams: (records: readonly UpstreamRecord[]) => void,
    logger: GatewayLogger,
  ) {
    this.#db = db;
    this.callers = callers;
    this.#onUpstreams = onUpstreams;
    this.#logger = logger;
  }

  get routes(): RouteTable {
    return this.#routes;
  }

  /** Null until everything was loaded once. */
  get settings(): Settings | null {
    return this.#isWhole ? this.#settings : null;
  }

  /** When the database last said that nothing else has changed, by `performance.now()`, because clocks are set. */
  get confirmedAtMs(): number {
    return this.#confirmedAtMs;
  }

  /** The terms of a caller as plans and settings are now; null when its plan is not known yet. */
  termsOf(caller: Caller): Terms | null {
    if (caller.terms?.generation === this.#generation) return caller.terms;
    const plan = this.#plans.get(caller.user.planId);
    if (plan === undefined || this.#settings === null) return null;
    const known = isBoundAsUser(caller.key, this.#settings)
      ? this.callers.knownUser(caller.user)
      : null;
    const isKnown = known?.terms?.generation === this.#generation;
    caller.terms = isKnown ? known.terms : termsOf(caller, plan, this.#settings, this.#generation);
    if (known !== null) known.terms = caller.terms;
    return caller.terms;
  }

  /** Takes in changes. Keys and users are forgotten at once; of a table that changed the whole is read again. */
  apply(changes: readonly Change[]): void {
    for (const { kind, id } of changes) {
      if (kind === 'key') this.callers.forgetKey(id);
      else if (kind === 'user') this.callers.forgetUser(id);
      else this.#stale.add(kind);
    }
    if (this.#stale.size > 0) {
      this.refresh().catch((error: unknown) => {
        this.#logger.warn({ err: error }, 'snapshot_refresh_failed');
      });
    }
  }

  /** Notes that all changes up to now have been applied. */
  confirm(nowMs: number): void {
    this.#confirmedAtMs = nowMs;
  }

  /** Reads everything anew and forgets every key, for when changes may have been missed. */
  async reload(): Promise<void> {
    this.callers.forgetAll();
    for (const table of tables) this.#stale.add(table);
    await this.refresh();
  }

  /** Reads the plans anew. */
  async refreshPlans(): Promise<void> {
    this.#stale.add('plan');
    await this.refresh();
  }

  /** Reads the tables that are out of date. What cannot be read stays out of date, for the next call. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#readStaleTables().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #readStaleTables(): Promise<void> {
    while (this.#stale.size > 0) {
      const reading = [...this.#stale];
      this.#stale.clear();
      try {
        // Routes last, so that none is in force before the upstream it leads to.
        await Promise.all(
          reading.filter((table) => table !== 'route').map((table) => this.#read(table)),
        );
        if (reading.includes('route')) await this.#read('route');
        this.#isWhole = true;
      } catch (error) {
        for (const table of reading) this.#stale.add(table);
        throw error;
      }
    }
  }

  async #read(table: Table): Promise<void> {
    switch (table) {
      case 'plan':
        this.#plans = new Map((await loadPlans(this.#db)).map((plan) => [plan.id, plan]));
        this.#generation += 1;
        break;
      case 'route':
        this.#routes = new RouteTable(await loadRoutes(this.#db));
        break;
      case 'setting':
        this.#settings = await loadSettings(this.#db);
        this.#generation += 1;
        break;
      case 'upstream':
        this.#onUpstreams(await loadUpstreams(this.#db));
        break;
    }
  }
}
