/**
 * How long figures and lists take on a database that `npm run seed` has filled, beside their targets. Run by hand:
 * `DATABASE_URL=… node x.mjs node bench/analytics.ts`.
 */
import {
  timeseriesInput,
  userUsageInput,
  keyUsageInput,
  listUsageEventsInput,
  listUsersInput,
  routeUsageInput,
} from '@apigate/contract';
import {
  analyticsKeys,
  analyticsOverview,
  analyticsRoutes,
  analyticsTimeseries,
  analyticsUsers,
  listUsageEvents,
  listUsers,
  openOrm,
  PasswordHasher,
  system,
  usageSummary,
  type DomainContext,
} from '@apigate/domain';

const rounds = 30;
const targetsMs = { figures: 100, list: 50 };

const databaseUrl = process.env['DATABASE_URL'];
if (databaseUrl === undefined) throw new Error('Set DATABASE_URL to a database that is seeded.');
const orm = await openOrm(databaseUrl);
const [latest]: { at: Date | null; busiest: string | null }[] = await orm.em
  .fork()
  .execute(
    `select max(at) as at, (select id from users where name = 'Seed 0') as busiest from usage_events`,
  );
if (latest?.at == null || latest.busiest === null) throw new Error('This database is not seeded.');
const now = new Date(latest.at);
const user = latest.busiest;
const secret = Buffer.alloc(32);
const context = (): DomainContext => ({
  em: orm.em.fork(),
  actor: system,
  now,
  secrets: {
    keyPepper: secret,
    encryptionKey: secret,
    jwtSecrets: [secret],
    accessTokenSeconds: 60,
  },
  passwords: new PasswordHasher({ cost: 4, pepper: secret }),
  publicUrl: 'http://bench.invalid',
  origin: null,
});
const days = (count: number) => new Date(now.getTime() - count * 86_400_000);
const users = (input: object) => () => analyticsUsers(context(), userUsageInput.parse(input));
const series = (input: object) => () =>
  analyticsTimeseries(context(), timeseriesInput.parse(input));

const calls: Record<string, [keyof typeof targetsMs, () => Promise<unknown>]> = {
  'overview of all': ['figures', () => analyticsOverview(context(), {})],
  'overview of the busiest user': ['figures', () => analyticsOverview(context(), { user })],
  'summary of the busiest user': ['figures', () => usageSummary(context(), { user })],
  'thirty days of all': ['figures', series({})],
  'three days of all, by hour': ['figures', series({ from: days(3) })],
  'seven days of all, by hour': ['figures', series({ from: days(7), bucket: 'hour' })],
  'thirty days of all, by plan': ['figures', series({ groupBy: 'plan' })],
  'a day of all, by key': ['figures', series({ from: days(1), groupBy: 'key' })],
  'a day of all, by user': ['figures', series({ from: days(1), groupBy: 'user' })],
  'thirty days of the busiest user': ['figures', series({ user })],
  'routes of all': ['figures', () => analyticsRoutes(context(), routeUsageInput.parse({}))],
  'keys of all': ['figures', () => analyticsKeys(context(), keyUsageInput.parse({}))],
  'users by requests': ['figures', users({ limit: 10 })],
  'users by quota': ['figures', users({ sort: 'quota_percent' })],
  'users by keys': ['figures', users({ sort: 'keys' })],
  'users above 80 %': ['figures', users({ filter: 'quota_percent > 80' })],
  'users, nobody found': ['figures', users({ filter: 'requests > 1000000000000' })],
  'users by all fields': [
    'figures',
    users({
      filter:
        '(error_percent > 5 or bytes > 100000) and keys = 2 and plan = "seed-growth" and not status = "pending" and last_active_days < 30',
    }),
  ],
  'requests, newest first': [
    'list',
    () => listUsageEvents(context(), listUsageEventsInput.parse({})),
  ],
  'requests of the busiest user': [
    'list',
    () => listUsageEvents(context(), listUsageEventsInput.parse({ user })),
  ],
  'requests of users above 80 %': [
    'figures',
    () =>
      listUsageEvents(
        context(),
        listUsageEventsInput.parse({ filter: 'quota_percent > 80', since: days(1) }),
      ),
  ],
  'users, newest first': ['list', () => listUsers(context(), listUsersInput.parse({}))],
  'users inactive for 20 days': [
    'list',
    () => listUsers(context(), listUsersInput.parse({ inactiveDays: 20 })),
  ],
};

for (const [name, [kind, call]] of Object.entries(calls)) {
  await call();
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await call();
    tookMs.push(performance.now() - startedAt);
  }
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.ceil(share * rounds) - 1] ?? 0;
  const verdict = at(0.95) <= targetsMs[kind] ? 'within' : 'ABOVE';
  console.log(
    `${name.padEnd(34)} p50 ${at(0.5).toFixed(1).padStart(7)} ms   p95 ${at(0.95).toFixed(1).padStart(7)} ms   ${verdict} ${targetsMs[kind]} ms`,
  );
}
await orm.close();
