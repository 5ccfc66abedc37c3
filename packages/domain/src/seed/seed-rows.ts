export const dayMs = 86_400_000;
/** Users were made over the year before the history. */
export const yearMs = 365 * dayMs;
export const routeCount = 8;

export const planIds = {
  starter: '01900000-0000-7000-8000-000000000001',
  growth: '01900000-0000-7000-8000-000000000002',
  scale: '01900000-0000-7000-8000-000000000003',
} as const;
export const routeId = (n: number): string =>
  `01900000-0000-7000-8001-${String(n).padStart(12, '0')}`;

/** What rows are made of, beside their number. */
export interface SeedShape {
  users: number;
  /** Begin of the year in which users were made, milliseconds since 1970. */
  yearStartMs: number;
}

/** For COPY, users from number `from` up to `to`: the columns of {@link userColumns}. */
export function* userLines(shape: SeedShape, from: number, to: number): Generator<string> {
  for (let n = from; n < to; n += 1) {
    const madeMs = madeMsOf(shape, n);
    const made = new Date(madeMs).toISOString();
    const email = `user-${String(n).padStart(7, '0')}@seed.example`;
    const cells = [idOf(madeMs, 'a', n), email, `Seed ${n}`, planOf(shape, n), statusOf(n)];
    yield `${cells.join('\t')}\tcustomer\t{}\t${made}\t${made}\n`;
  }
}

export const userColumns =
  'id, email, name, plan_id, status, role, metadata, created_at, updated_at';

/** Likewise the keys of these users: a third of them has two. */
export function* keyLines(shape: SeedShape, from: number, to: number): Generator<string> {
  for (let n = from; n < to; n += 1) {
    const madeMs = madeMsOf(shape, n);
    const userId = idOf(madeMs, 'a', n);
    const lastFour = String(n % 10_000).padStart(4, '0');
    for (let k = 0; k < keyCountOf(n); k += 1) {
      const cells = [idOf(madeMs, 'b', n * 2 + k), userId, `key ${k}`, 'key', 'ak_seed', lastFour];
      yield `${cells.join('\t')}\tseed ${n} ${k}\t{}\tt\t${new Date(madeMs).toISOString()}\n`;
    }
  }
}

export const keyColumns =
  'id, user_id, name, kind, prefix, last_four, digest, scopes, enabled, created_at';

/** Likewise requests, spread evenly over the day that begins at `startMs`; few users send most of them. */
export function* eventLines(
  shape: SeedShape,
  from: number,
  to: number,
  startMs: number,
): Generator<string> {
  const month = `${new Date(startMs).toISOString().slice(0, 7)}-01`;
  for (let n = from; n < to; n += 1) {
    const atMs = startMs + Math.floor(((n - from) * dayMs) / (to - from));
    const user = Math.floor(shape.users * uniform(n, 1) ** 3);
    const madeMs = madeMsOf(shape, user);
    const key = user * 2 + (keyCountOf(user) === 2 && uniform(n, 3) < 0.3 ? 1 : 0);
    const [status, refusal] = answerOf(uniform(n, 2));
    const slowness = Math.exp(6 * uniform(n, 8) ** 3);
    yield `${[
      idOf(atMs, 'e', n),
      new Date(atMs).toISOString(),
      idOf(madeMs, 'a', user),
      idOf(madeMs, 'b', key),
      planOf(shape, user),
      routeId(Math.floor(routeCount * uniform(n, 4) ** 2)),
      uniform(n, 5) < 0.8 ? 'GET' : 'POST',
      `/seed/${Math.floor(1_000 * uniform(n, 6))}`,
      status,
      refusal ?? String.raw`\N`,
      refusal === null ? 1 : 0,
      month,
      200,
      Math.floor(4_000 * uniform(n, 7)),
      Math.floor(1_500 * slowness),
      Math.floor(1_400 * slowness),
    ].join('\t')}\t192.0.2.1\tseed\n`;
  }
}

export const eventColumns =
  'id, at, user_id, key_id, plan_id, route_id, method, path, status, refusal_code, units, period_start, bytes_in, bytes_out, latency_us, upstream_latency_us, ip, user_agent';

/** A number from 0 up to 1, the same for the same `n`. @param salt which of several numbers of one `n` */
function uniform(n: number, salt: number): number {
  // The finalizer of MurmurHash3, over numbers of 32 bits.
  let hash = n ^ Math.imul(salt, 0x9e_37_79_b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** An id in the form of a UUIDv7: milliseconds since 1970, a letter for what it is of, a number. */
function idOf(ms: number, kind: 'a' | 'b' | 'e', n: number): string {
  return `${ms.toString(16).padStart(12, '0')}70008${kind}00${n.toString(16).padStart(12, '0')}`;
}

/** The year is filled evenly. */
function madeMsOf({ users, yearStartMs }: SeedShape, n: number): number {
  return yearStartMs + Math.floor((n * yearMs) / users);
}

/** The busiest users stand first, and have the largest plans. */
function planOf({ users }: SeedShape, n: number): string {
  if (n / users < 0.01) return planIds.scale;
  return n / users < 0.2 ? planIds.growth : planIds.starter;
}

function statusOf(n: number): string {
  if (n % 50 === 7) return 'suspended';
  return n % 50 === 9 ? 'pending' : 'active';
}

function keyCountOf(n: number): number {
  return n % 3 === 0 ? 2 : 1;
}

/** The status of an answer, and why it was refused. @param drawn from 0 up to 1 */
function answerOf(drawn: number): [status: number, refusal: string | null] {
  if (drawn >= 0.985) return [429, 'rate_limited'];
  if (drawn < 0.92) return [200, null];
  if (drawn < 0.93) return [304, null];
  return drawn < 0.97 ? [404, null] : [500, null];
}
