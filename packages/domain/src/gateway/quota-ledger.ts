import type { PlanEnforcement } from '@apigate/contract';

/** What the quota says to one request, in units. Null is unlimited. */
export interface QuotaVerdict {
  allowed: boolean;
  limit: number | null;
  /** With this request, if it was allowed. */
  used: number;
}

interface Account {
  /** As the database had it last. */
  stored: number;
  /** Taken here and not yet in the database. */
  unstored: number;
}

/**
 * What users have used of their quota in a period, decided and counted in one step: the units that the database knows
 * and those that are still on their way to it.
 */
export class QuotaLedger {
  readonly #accounts = new Map<string, Account>();

  /**
   * Tells what the database had when it was asked. An account with units on their way knows better, and so does one
   * that has heard of more since: within a period, units only grow.
   */
  open(userId: string, periodStart: string, storedUnits: number): void {
    const account = this.#account(userId, periodStart);
    if (account.unstored === 0) account.stored = Math.max(account.stored, storedUnits);
  }

  /** Takes `units` unless that would go past a hard limit. */
  take(
    userId: string,
    periodStart: string,
    units: number,
    limit: number | null,
    enforcement: PlanEnforcement,
  ): QuotaVerdict {
    const account = this.#account(userId, periodStart);
    const used = account.stored + account.unstored;
    if (limit !== null && enforcement === 'hard' && units > 0 && used + units > limit) {
      return { allowed: false, limit, used };
    }
    account.unstored += units;
    return { allowed: true, limit, used: used + units };
  }

  /** Gives back what a request took that never came to cost anything. */
  release(userId: string, periodStart: string, units: number): void {
    this.#account(userId, periodStart).unstored -= units;
  }

  /** Units used, as the next request will find them. */
  used(userId: string, periodStart: string): number {
    const account = this.#account(userId, periodStart);
    return account.stored + account.unstored;
  }

  /** Tells that `units` of ours have reached the database, which now has `storedUnits` in all. */
  settle(userId: string, periodStart: string, units: number, storedUnits: number): void {
    const account = this.#account(userId, periodStart);
    account.unstored -= units;
    account.stored = storedUnits;
  }

  /** Lets go of the accounts of periods before `periodStart` that owe the database nothing. */
  forgetBefore(periodStart: string): void {
    for (const [id, account] of this.#accounts) {
      if (account.unstored === 0 && id.slice(-periodStart.length) < periodStart) {
        this.#accounts.delete(id);
      }
    }
  }

  #account(userId: string, periodStart: string): Account {
    const id = `${userId}:${periodStart}`;
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = { stored: 0, unstored: 0 };
      this.#accounts.set(id, account);
    }
    return account;
  }
}
