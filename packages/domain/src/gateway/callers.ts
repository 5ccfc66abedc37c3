import { createSecretKey, type KeyObject } from 'node:crypto';
import type { BlockList } from 'node:net';
import { digestApiKey } from '../keys/api-key-format.ts';
import { digestKeyId, type BasicCredential } from '../keys/basic-credential.ts';
import type { Queryable } from '../queryable.ts';
import type { BasicSecrets } from './basic-secrets.ts';
import { addressList } from './checks.ts';
import { loadKeyHolder, type KeyHolder } from './load-records.ts';
import type { Counters } from './counters/counters.ts';
import { quotaPeriodAt } from './quota-period.ts';
import type { KeyRecord, UserRecord } from './records.ts';
import type { Terms } from './terms.ts';

/** A key in use, with its user. */
export interface Caller {
  readonly key: KeyRecord;
  readonly user: UserRecord;
  readonly allowedIps: BlockList | null;
  /** What plan and settings make of it; worked out anew when those change. */
  terms: Terms | null;
  /** Used since the cache last looked for room. */
  isRecent: boolean;
  /** No longer known; whoever wants to go on has to ask again. */
  isForgotten: boolean;
}

/** A caller out of what the database tells of a key. */
export function callerOf({ key, user }: Pick<KeyHolder, 'key' | 'user'>): Caller {
  const allowedIps = key.allowedIps === null ? null : addressList(key.allowedIps);
  return { key, user, allowedIps, terms: null, isRecent: true, isForgotten: false };
}

/** A user with keys in use: what these have in common is held once. */
interface KnownUser {
  user: UserRecord;
  /** Of those of its keys that have none of their own. */
  terms: Terms | null;
  /** Of its keys. */
  digests: string[];
}

/** A look-up in progress, and the ids of keys and users that changed meanwhile. */
interface Lookup {
  result: Promise<Caller | null>;
  changed: Set<string>;
}

const unknownMax = 10_000;
const secretsMax = 20_000;

/**
 * The keys and users that the gateway knows: read from the database on first use, by one query however many requests
 * wait for it, and kept until the database tells of a change.
 */
export class Callers {
  /** Checks what the digest of a `basic` credential does not prove. */
  readonly basicSecrets: BasicSecrets;
  readonly #db: Queryable;
  readonly #counters: Pick<Counters, 'open'>;
  readonly #pepper: KeyObject;
  readonly #bounds: { keysMax: number; unknownKeyTtlMs: number };
  /** By secrets in use; making a digest costs more than all that is decided by it. */
  readonly #bySecret = new Map<string, Caller>();
  readonly #byDigest = new Map<string, Caller>();
  readonly #digestByKey = new Map<string, string>();
  readonly #users = new Map<string, KnownUser>();
  readonly #unknownUntilMs = new Map<string, number>();
  readonly #lookups = new Map<string, Lookup>();

  constructor(
    db: Queryable,
    counters: Pick<Counters, 'open'>,
    pepper: Buffer,
    basicSecrets: BasicSecrets,
    bounds: { keysMax: number; unknownKeyTtlMs: number },
  ) {
    this.basicSecrets = basicSecrets;
    this.#db = db;
    this.#counters = counters;
    this.#pepper = createSecretKey(pepper);
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#byDigest.size;
  }

  /** Look-ups that wait for the database. */
  get pendingLookups(): number {
    return this.#lookups.size;
  }

  /** What is kept of a well-formed secret, or what a `basic` credential is found by. */
  digest(secret: string | BasicCredential): string {
    return typeof secret === 'string'
      ? digestApiKey(secret, this.#pepper)
      : digestKeyId(secret.keyId, this.#pepper);
  }

  /** The caller with a secret that was kept, without a digest; null where only the digest can tell. */
  findInUse(secret: string): Caller | null {
    const caller = this.#bySecret.get(secret);
    if (caller === undefined) return null;
    if (caller.isForgotten) {
      this.#bySecret.delete(secret);
      return null;
    }
    caller.isRecent = true;
    return caller;
  }

  /** Keeps the well-formed secret of a caller that was found by its digest. */
  keepInUse(secret: string, caller: Caller): void {
    if (this.#bySecret.size >= secretsMax) this.#bySecret.clear();
    // A part of a string keeps the whole of it in memory, and a secret is a part of a request; so it is copied.
    this.#bySecret.set(Buffer.from(secret, 'latin1').toString('latin1'), caller);
  }

  /** @returns the caller, null when there surely is none, undefined when only the database can tell. */
  find(digest: string, nowMs: number): Caller | null | undefined {
    const caller = this.#byDigest.get(digest);
    if (caller !== undefined) {
      caller.isRecent = true;
      return caller;
    }
    const unknownUntilMs = this.#unknownUntilMs.get(digest);
    return unknownUntilMs !== undefined && nowMs < unknownUntilMs ? null : undefined;
  }

  /** Asks the database. Rejects when it does not answer; then nothing is remembered. */
  async load(digest: string): Promise<Caller | null> {
    const pending = this.#lookups.get(digest);
    if (pending !== undefined) return pending.result;
    const changed = new Set<string>();
    const result = this.#load(digest, changed).finally(() => this.#lookups.delete(digest));
    this.#lookups.set(digest, { result, changed });
    return result;
  }

  /** Forgets a key that changed, and all that was taken for unknown: the change may be that it was made. */
  forgetKey(id: string): void {
    this.#tellLookups(id);
    this.#unknownUntilMs.clear();
    const digest = this.#digestByKey.get(id);
    if (digest !== undefined) this.#forget(digest);
  }

  /** Forgets a user that changed, with every key. */
  forgetUser(id: string): void {
    this.#tellLookups(id);
    for (const digest of [...(this.#users.get(id)?.digests ?? [])]) this.#forget(digest);
  }

  /** What the keys of a user have in common, as long as the user is still the one that they were read with. */
  knownUser(user: UserRecord): Pick<KnownUser, 'terms'> | null {
    const known = this.#users.get(user.id);
    return known?.user === user ? known : null;
  }

  /** Forgets everything, for when changes may have been missed. */
  forgetAll(): void {
    for (const { key } of [...this.#byDigest.values()]) this.forgetKey(key.id);
    for (const lookup of this.#lookups.values()) lookup.changed.add('*');
    this.#unknownUntilMs.clear();
  }

  async #load(digest: string, changed: Set<string>): Promise<Caller | null> {
    // What was read while a change came in may be older than the change, so it is read again.
    for (;;) {
      changed.clear();
      const period = quotaPeriodAt(Date.now());
      const holder = await loadKeyHolder(this.#db, digest, period.start);
      if (changed.has('*')) continue;
      if (holder === null) {
        if (changed.size === 0) this.#rememberUnknown(digest);
        return null;
      }
      const { key, user, usedUnits } = holder;
      if (changed.has(key.id) || changed.has(user.id)) continue;
      this.#counters.open(user.id, period.start, usedUnits);
      return this.#remember(digest, holder);
    }
  }

  #tellLookups(id: string): void {
    for (const lookup of this.#lookups.values()) lookup.changed.add(id);
  }

  #remember(digest: string, { key, user }: Pick<KeyHolder, 'key' | 'user'>): Caller {
    let known = this.#users.get(user.id);
    if (known === undefined) {
      known = { user, terms: null, digests: [digest] };
      this.#users.set(user.id, known);
    } else if (!isSameUser(known.user, user)) {
      known.user = user;
      known.terms = null;
    }
    if (!known.digests.includes(digest)) known.digests.push(digest);
    const before = this.#byDigest.get(digest);
    if (before !== undefined) before.isForgotten = true;
    const caller = callerOf({ key, user: known.user });
    this.#byDigest.set(digest, caller);
    this.#digestByKey.set(key.id, digest);
    if (this.#byDigest.size > this.#bounds.keysMax) this.#makeRoom();
    return caller;
  }

  #rememberUnknown(digest: string): void {
    if (this.#unknownUntilMs.size >= unknownMax) this.#unknownUntilMs.clear();
    this.#unknownUntilMs.set(digest, Date.now() + this.#bounds.unknownKeyTtlMs);
  }

  /** Drops the first key that was not used since it was last passed by; those that were get to the end. */
  #makeRoom(): void {
    for (const [digest, caller] of this.#byDigest) {
      if (!caller.isRecent) {
        this.#forget(digest);
        return;
      }
      caller.isRecent = false;
      this.#byDigest.delete(digest);
      this.#byDigest.set(digest, caller);
    }
  }

  #forget(digest: string): void {
    const caller = this.#byDigest.get(digest);
    if (caller === undefined) return;
    caller.isForgotten = true;
    this.#byDigest.delete(digest);
    this.#digestByKey.delete(caller.key.id);
    const { id } = caller.user;
    const digests = this.#users.get(id)?.digests ?? [];
    const at = digests.indexOf(digest);
    if (at !== -1) digests.splice(at, 1);
    if (digests.length === 0) this.#users.delete(id);
  }
}

function isSameUser(a: UserRecord, b: UserRecord): boolean {
  const names = Object.keys(a.metadata);
  return (
    a.email === b.email &&
    a.status === b.status &&
    a.planId === b.planId &&
    names.length === Object.keys(b.metadata).length &&
    names.every((name) => a.metadata[name] === b.metadata[name])
  );
}
