import { randomBytes } from 'node:crypto';
import { identityWords, periodOfTag } from './counter-identity.ts';
import { GroupLocks } from './group-locks.ts';

/**
 * Layout, in words of 32 bits. A head, then groups of one line of 64 bytes and 14 entries of the same size, so that
 * looking for an entry touches two lines of memory. A counter lives in the first of the two groups that its hash
 * names or, when that one was full, in the second. Each group has a lock of its own.
 */
const headWords = 16;
const seedWord = 0;
const periodWord = 1;
const lineWords = 16;
const groupEntries = 14;
const groupWords = lineWords * (1 + groupEntries);
/** Entries of this group that had to live in their second one. */
const awayWord = 1;
const marksWord = 2;
/** In an entry, after its identity. */
const flagWord = identityWords;
/** In numbers of 64 bits: an entry has three of them behind its ten words. */
const numbersAt = 5;

/** Counters that one request may ask for. */
const askedMax = 16;
const none = -1;

/** Memory for a table of at least `countersMax` counters; the system hands it out as it is touched. */
export function counterMemory(countersMax: number): SharedArrayBuffer {
  const groups = 2 ** Math.ceil(Math.log2(Math.max(2, countersMax / groupEntries)));
  const memory = new SharedArrayBuffer((headWords + groups * groupWords) * 4);
  new Int32Array(memory)[seedWord] = randomBytes(4).readInt32LE();
  return memory;
}

/**
 * The counters of all threads of a process, found by their identity. What a decision asks for is found, made where it is
 * missing, and held as a whole between `hold` and `letGo`; locks are taken in the order of the groups, so that no two
 * threads wait for each other. An entry that carries nothing makes room for another: a bucket that is full again, the
 * account of a past period that owes nothing. Where there is none, the bucket gives way that is closest to full.
 */
export class CounterTable {
  readonly words: Int32Array;
  readonly numbers: Float64Array;
  readonly #groupMask: number;
  readonly #seed: number;
  readonly #locks: GroupLocks;
  /** The identities asked for; written by the caller, `identityWords` each. */
  readonly asked = new Int32Array(askedMax * identityWords);
  readonly #hash = new Int32Array(askedMax);
  readonly #first = new Int32Array(askedMax);
  readonly #second = new Int32Array(askedMax);
  /** Word index of the entry of each identity, or `none`. */
  readonly #entry = new Int32Array(askedMax);
  #count = 0;

  constructor(memory: SharedArrayBuffer, owner: number) {
    this.words = new Int32Array(memory);
    this.numbers = new Float64Array(memory);
    this.#groupMask = (this.words.length - headWords) / groupWords - 1;
    this.#seed = this.words[seedWord] ?? 0;
    this.#locks = new GroupLocks(this.words, owner, askedMax * 2);
  }

  /** Frees what a thread held when it died. */
  freeLocksOf(owner: number): void {
    for (let group = 0; group <= this.#groupMask; group += 1) {
      this.#locks.free(this.#wordOf(group), owner);
    }
  }

  /**
   * Finds the first `count` of `asked` and holds them until `letGo`.
   *
   * @param makes whether those that are missing are made; without, `entryOf` tells 0 for them.
   * @returns false, with nothing held, when there is no room for one that is missing.
   */
  hold(count: number, makes: boolean, nowMs: number): boolean {
    if (count > askedMax) throw new RangeError(`more than ${askedMax} counters in one request`);
    this.#count = count;
    for (let at = 0; at < count; at += 1) this.#aim(at);
    let wide = false;
    for (;;) {
      for (let at = 0; at < count; at += 1) {
        const first = this.#first[at] ?? 0;
        this.#locks.plan(first);
        if (wide || this.#awayFrom(first) > 0) this.#locks.plan(this.#second[at] ?? 0);
      }
      this.#locks.take();
      const outcome = this.#locate(makes, nowMs, wide);
      if (outcome === 'held') return true;
      this.#locks.letGo();
      if (outcome === 'full') return false;
      wide = true;
    }
  }

  letGo(): void {
    this.#locks.letGo();
  }

  /** Where the numbers of the identity asked for at `at` begin; 0 when there is no such counter. */
  entryOf(at: number): number {
    const entry = this.#entry[at] ?? none;
    return entry === none ? 0 : entry / 2 + numbersAt;
  }

  /** A word of the entry, for a flag. */
  flagOf(at: number): number {
    return (this.#entry[at] ?? 0) + flagWord;
  }

  #wordOf(group: number): number {
    return headWords + group * groupWords;
  }

  #awayFrom(groupWord: number): number {
    return Atomics.load(this.words, groupWord + awayWord);
  }

  #aim(at: number): void {
    const from = at * identityWords;
    const period = periodOfTag(this.asked[from] ?? 0);
    if (period > (this.words[periodWord] ?? 0)) Atomics.store(this.words, periodWord, period);
    const mixed = this.#mix(this.asked, from);
    this.#hash[at] = finish(mixed ^ (this.asked[from] ?? 0)) | 1;
    const first = finish(mixed ^ 0x5bd1e995) & this.#groupMask;
    const second = finish(mixed ^ 0x2c1b3c6d) & this.#groupMask;
    this.#first[at] = this.#wordOf(first);
    this.#second[at] = this.#wordOf(second === first ? second ^ 1 : second);
  }

  /**
   * Murmur3's mixing, from a seed of our own so that nobody can choose who shares a group. Without the tag, so that the
   * counters of one user lie together, under one lock.
   */
  #mix(words: Int32Array, from: number): number {
    let mixed = this.#seed;
    for (let at = from + 1; at < from + identityWords; at += 1) {
      let word = Math.imul(words[at] ?? 0, 0xcc9e2d51);
      word = (word << 15) | (word >>> 17);
      mixed ^= Math.imul(word, 0x1b873593);
      mixed = (mixed << 13) | (mixed >>> 19);
      mixed = (Math.imul(mixed, 5) + 0xe6546b64) | 0;
    }
    return mixed;
  }

  #locate(makes: boolean, nowMs: number, wide: boolean): 'held' | 'full' | 'narrow' {
    for (let at = 0; at < this.#count; at += 1) this.#entry[at] = none;
    for (let at = 0; at < this.#count; at += 1) {
      const first = this.#first[at] ?? 0;
      const second = this.#second[at] ?? 0;
      let entry = this.#find(at, first);
      if (entry === none && this.#awayFrom(first) > 0) {
        // Somebody may have moved in there since the locks were planned.
        if (!this.#locks.isHeld(second)) return 'narrow';
        entry = this.#find(at, second);
      }
      this.#entry[at] = entry;
    }
    if (!makes) return 'held';
    for (let at = 0; at < this.#count; at += 1) {
      if (this.#entry[at] !== none) continue;
      const first = this.#first[at] ?? 0;
      const second = this.#second[at] ?? 0;
      const here = this.#roomIn(first, nowMs);
      if (here !== none) {
        this.#make(at, first, here, nowMs);
        continue;
      }
      if (!wide && !this.#locks.isHeld(second)) return 'narrow';
      const there = this.#roomIn(second, nowMs);
      const last = there === none ? this.#leastOwing(first, second) : second + lineWords * there;
      if (last === none) return 'full';
      const group = last >= second && last < second + groupWords ? second : first;
      this.#make(at, group, (last - group) / lineWords, nowMs);
    }
    return 'held';
  }

  #find(at: number, groupWord: number): number {
    const { words, asked } = this;
    const mark = this.#hash[at];
    for (let slot = 1; slot <= groupEntries; slot += 1) {
      if (words[groupWord + marksWord + slot - 1] !== mark) continue;
      const entry = groupWord + slot * lineWords;
      let word = 0;
      while (word < identityWords && words[entry + word] === asked[at * identityWords + word]) {
        word += 1;
      }
      if (word === identityWords) return entry;
    }
    return none;
  }

  /** @returns the slot, from 1, of an entry that is free or carries nothing. */
  #roomIn(groupWord: number, nowMs: number): number {
    for (let slot = 1; slot <= groupEntries; slot += 1) {
      if (this.words[groupWord + marksWord + slot - 1] === 0) return slot;
    }
    for (let slot = 1; slot <= groupEntries; slot += 1) {
      if (this.#carriesNothing(groupWord + slot * lineWords, nowMs)) return slot;
    }
    return none;
  }

  #carriesNothing(entry: number, nowMs: number): boolean {
    if (this.#isAskedFor(entry)) return false;
    const period = periodOfTag(this.words[entry] ?? 0);
    const numbers = entry / 2 + numbersAt;
    if (period === 0) return (this.numbers[numbers + 2] ?? 0) <= nowMs;
    return isOver(period, this.words[periodWord] ?? 0) && this.numbers[numbers + 1] === 0;
  }

  /** The entry of the bucket that is full soonest. */
  #leastOwing(...groups: [number, number]): number {
    let least = none;
    let leastMs = Infinity;
    for (const groupWord of groups) {
      for (let slot = 1; slot <= groupEntries; slot += 1) {
        const entry = groupWord + slot * lineWords;
        const fullAtMs = this.numbers[entry / 2 + numbersAt + 2] ?? 0;
        if (periodOfTag(this.words[entry] ?? 0) > 0 || this.#isAskedFor(entry)) continue;
        if (fullAtMs >= leastMs) continue;
        least = entry;
        leastMs = fullAtMs;
      }
    }
    return least;
  }

  #isAskedFor(entry: number): boolean {
    for (let at = 0; at < this.#count; at += 1) if (this.#entry[at] === entry) return true;
    return false;
  }

  /** Makes the entry asked for at `at` in place of what is there. An account is empty, a bucket full. */
  #make(at: number, groupWord: number, slot: number, nowMs: number): void {
    const { words, numbers, asked } = this;
    const entry = groupWord + slot * lineWords;
    const mark = groupWord + marksWord + slot - 1;
    if (words[mark] !== 0) this.#leave(entry, groupWord);
    if (groupWord !== this.#first[at]) {
      Atomics.add(words, (this.#first[at] ?? 0) + awayWord, 1);
    }
    words[mark] = this.#hash[at] ?? 0;
    for (let word = 0; word < identityWords; word += 1) {
      words[entry + word] = asked[at * identityWords + word] ?? 0;
    }
    words[entry + flagWord] = 0;
    const first = entry / 2 + numbersAt;
    const isBucket = periodOfTag(words[entry] ?? 0) === 0;
    numbers[first] = isBucket ? Infinity : 0;
    numbers[first + 1] = isBucket ? nowMs : 0;
    numbers[first + 2] = isBucket ? nowMs : 0;
    this.#entry[at] = entry;
  }

  /** Tells the first group of an entry that gives way, if it lived elsewhere. */
  #leave(entry: number, groupWord: number): void {
    const mixed = this.#mix(this.words, entry);
    const first = this.#wordOf(finish(mixed ^ 0x5bd1e995) & this.#groupMask);
    if (first !== groupWord) Atomics.sub(this.words, first + awayWord, 1);
  }
}

/** Whether a period that began then is over when another has begun: no period lasts two months. */
function isOver(period: number, latest: number): boolean {
  return monthOf(latest) - monthOf(period) >= 2;
}

/** Months since the year 0, of a date such as 20261101. */
function monthOf(date: number): number {
  return Math.floor(date / 10_000) * 12 + (Math.floor(date / 100) % 100);
}

function finish(mixed: number): number {
  let word = mixed;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
