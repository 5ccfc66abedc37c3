import { expect } from 'vitest';
import { createApigate } from '../../../packages/sdk/src/index.ts';
import { roleOf, type Operation } from './operation.ts';
import type { Row, Stage } from './stage.ts';

/** What an operation answered. */
interface Answer {
  /** What was printed, or what the file holds into which it was sent. */
  text: string;
  /** The parsed answer of REST, or of one field of GraphQL; undefined for a command. */
  data?: unknown;
}

/** What has to be so in the database and at the proxy after an operation. */
interface Effect {
  /** Makes what the operation needs, and makes room for what it makes. */
  prepare?: (stage: Stage, operation: Operation, block: string) => Promise<void>;
  check: (stage: Stage, operation: Operation, answer: Answer) => Promise<void>;
}

const userRows = `select u.*, p.slug as plan_slug, p.name as plan_name
  from users u join plans p on p.id = u.plan_id`;
const daySeconds = 24 * 60 * 60;

/** The users whom a document's word may mean. */
async function findUsers({ rows }: Stage, ref: unknown): Promise<Row[]> {
  const name = String(ref).toLowerCase();
  return rows(`${userRows} where ? in (u.id::text, u.email, u.username, lower(u.external_id))`, [
    name,
  ]);
}

async function theUser(stage: Stage, ref: unknown): Promise<Row> {
  const [user, ...others] = await findUsers(stage, ref);
  expect(user, `there is a user ${String(ref)}`).toBeDefined();
  expect(others).toEqual([]);
  return user ?? {};
}

/** Makes room for a user who is to be created. */
async function freeUserNames(stage: Stage, { fields }: Operation): Promise<void> {
  for (const name of ['email', 'username', 'external_id']) {
    if (fields[name] === undefined) continue;
    for (const { id } of await findUsers(stage, fields[name])) {
      await stage.api.users.delete(String(id));
    }
  }
}

/** Expects that a user is what an operation was given. */
async function expectGiven(stage: Stage, user: Row, fields: Operation['fields']): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'plan' || name === 'plan_id') {
      expect([user['plan_id'], user['plan_slug'], user['plan_name']]).toContain(value);
    } else if (name === 'password') {
      const signedIn = await stage.api.auth.signIn({
        email: String(user['email']),
        password: String(value),
      });
      expect(signedIn.user.id).toBe(user['id']);
    } else if (name === 'is_active') {
      expect(user['status'] === 'active', 'is active').toBe(value);
    } else {
      expect(user, `the column ${name}`).toHaveProperty(name);
      expect(user[name], `the column ${name}`).toEqual(value);
    }
  }
}

/** Expects that the headers of a user's calls tell its plan and metadata to the API behind the proxy. */
async function expectUpstreamHeaders(stage: Stage, user: Row): Promise<void> {
  const key = stage.keys.get(String(user['id']));
  if (key === undefined || user['status'] !== 'active') return;
  const metadata = Object.entries(user['metadata'] ?? {}).map(([name, value]) => [
    `x-user-meta-${name.replaceAll('_', '-')}`,
    value,
  ]);
  await expect
    .poll(async () => (await stage.call(key)).headersUpstream, { timeout: 10_000 })
    .toMatchObject({ 'x-plan-id': user['plan_id'], ...Object.fromEntries(metadata) });
}

async function expectKeyAnswers(stage: Stage, user: unknown, answer: object): Promise<void> {
  const key = stage.keys.get(String(user));
  if (key === undefined) return;
  await expect.poll(() => stage.call(key), { timeout: 10_000 }).toMatchObject(answer);
}

/** Expects that an answer tells of a user what the database holds, and nothing that is to stay secret. */
function expectShown(shown: unknown, user: Row): void {
  expect(shown).toBeTypeOf('object');
  for (const [name, value] of Object.entries(shown ?? {})) {
    const column = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(column).not.toMatch(/password|totp/);
    if (column === 'is_active') expect(value).toBe(user['status'] === 'active');
    else if (column === 'role') expect(roleOf(String(value))).toBe(user['role']);
    else if (column.endsWith('_at')) expect(timeOf(value), name).toBe(timeOf(user[column]));
    else if (column in user) expect(value, name).toEqual(user[column]);
  }
}

function timeBefore(days: number): Date {
  return new Date(Date.now() - days * daySeconds * 1000);
}

function timeOf(value: unknown): number | null {
  return typeof value === 'string' || value instanceof Date ? new Date(value).getTime() : null;
}

/** The users whom a list with these filters shows. */
async function listed({ rows }: Stage, fields: Operation['fields']): Promise<Row[]> {
  const all = await rows(userRows);
  const inactiveSince = timeBefore(Number(fields['inactive_days'] ?? 0));
  const callers = await rows('select distinct user_id from usage_days where day >= ?', [
    inactiveSince,
  ]);
  return all.filter((user) =>
    Object.entries(fields).every(([name, value]) => {
      if (name === 'plan' || name === 'plan_id') {
        return [user['plan_id'], user['plan_slug'], user['plan_name']].includes(value);
      }
      if (name === 'is_active') return (user['status'] === 'active') === value;
      if (name === 'inactive_days') {
        const isCaller = callers.some((caller) => caller['user_id'] === user['id']);
        return !isCaller && (timeOf(user['created_at']) ?? 0) < inactiveSince.getTime();
      }
      return user[name] === value;
    }),
  );
}

function expectList(answer: Answer, all: readonly Row[], wanted: readonly Row[]): void {
  const emails = (users: readonly Row[]): string[] =>
    users.map(({ email }) => String(email)).sort();
  if (answer.data === undefined) {
    const shown = all.filter(({ email }) => answer.text.includes(String(email)));
    expect(emails(shown)).toEqual(emails(wanted));
    return;
  }
  const data = Array.isArray(answer.data) ? answer.data : Object(answer.data).data;
  const byId = new Map(wanted.map((user) => [String(user['id']), user]));
  expect(new Set(data.map(({ id }: Row) => id))).toEqual(new Set(byId.keys()));
  expect(data).toHaveLength(byId.size);
  for (const user of data) expectShown(user, byId.get(user.id) ?? {});
}

/** Sends requests with a user's key, and waits until the database has counted every one that was ever sent with it. */
async function makeUsage(stage: Stage, user: string, requests: number): Promise<void> {
  const key = stage.keys.get(user) ?? '';
  for (let sent = 0; sent < requests; sent += 1) await stage.call(key);
  const counted = async (): Promise<unknown> => {
    const [row] = await stage.rows(
      'select sum(requests)::int as requests from usage_days where user_id = ?',
      [user],
    );
    return row?.['requests'];
  };
  await expect.poll(counted, { timeout: 10_000 }).toBe(stage.calls.get(key));
}

/** A user with a key, in a state that the operation is going to change. */
export async function makeSubject(
  stage: Stage,
  { name = '', fields = {} }: Partial<Operation> = {},
): Promise<string> {
  const number = stage.keys.size + 1;
  const { id } = await stage.api.users.create({
    email: `subject-${number}@example.org`,
    name: `Subject ${number}`,
    plan: fields['plan'] === 'pro' ? 'enterprise' : 'pro',
    role: fields['role'] === 'customer' ? 'admin' : 'customer',
    status: name === 'users verify' ? 'pending' : 'active',
  });
  const { secret } = await stage.api.keys.create({ user: id, name: `Key ${number}` });
  stage.keys.set(id, secret);
  await expectKeyAnswers(stage, id, { status: 200 });
  if (name === 'users stats' || name === 'users delete') await makeUsage(stage, id, 1);
  if (name === 'users activate' || fields['is_active'] === true) {
    await stage.api.users.suspend(id);
    await expectKeyAnswers(stage, id, { status: 403 });
  }
  return id;
}

interface Usage {
  requests: number;
  units: number;
  /** Units that the plan has; infinite where it has no quota. */
  of: number;
}

/** What the running month has counted, by e-mail address. */
async function usageByEmail({ rows }: Stage): Promise<Map<string, Usage>> {
  const counted = await rows(
    `select u.email, coalesce(sum(d.requests), 0)::int as requests,
       coalesce(sum(d.units), 0)::int as units, p.requests_per_month::int as of
     from users u join plans p on p.id = u.plan_id
     left join usage_days d on d.user_id = u.id and d.day >= date_trunc('month', now() at time zone 'utc')
     group by u.email, p.requests_per_month`,
  );
  return new Map(
    counted.map((row) => [
      String(row['email']),
      {
        requests: Number(row['requests']),
        units: Number(row['units']),
        of: row['of'] === null ? Infinity : Number(row['of']),
      },
    ]),
  );
}

/** The values of a CSV whose values hold no commas. */
function readCsv(text: string): Record<string, string>[] {
  const [names = [], ...lines] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return lines.map((values) =>
    Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])),
  );
}

/** The lines of a file that a block shows in its comments, under one that ends with `format:`. */
function shownFile(block: string): string {
  const lines = block.split('\n');
  const at = lines.findIndex((line) => /^#.*format:$/.test(line));
  return lines
    .slice(at + 1)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
}

async function column(stage: Stage, sql: string, value: unknown): Promise<unknown> {
  const [row] = await stage.rows(sql, [value]);
  return row && Object.values(row)[0];
}

const createUser: Effect = {
  prepare: freeUserNames,
  check: async (stage, { fields, target }, { data }) => {
    const user = await theUser(stage, target ?? fields['email']);
    await expectGiven(stage, user, fields);
    if (data !== undefined) expectShown(data, user);
  },
};

const session: Effect = {
  check: async (stage, { fields }) => {
    const held = 'select count(*)::int from sessions where user_id = ?';
    const { id } = await theUser(stage, fields['email']);
    expect(await column(stage, held, id)).toBeGreaterThan(0);
  },
};

const signIn: Effect = {
  check: async (stage, operation, answer) => {
    await session.check(stage, operation, answer);
    if (answer.data === undefined) return;
    const { accessToken, user } = Object(answer.data);
    const caller = await createApigate({ url: stage.apiUrl, token: accessToken }).auth.me();
    const { email } = operation.fields;
    expect(caller).toMatchObject({ kind: 'user', user: { id: user.id, email } });
    expectShown(user, await theUser(stage, user.id));
  },
};

const status = (value: string, answers: object): Effect => ({
  check: async (stage, { target }) => {
    expect(await theUser(stage, target)).toMatchObject({ status: value });
    await expectKeyAnswers(stage, target, answers);
  },
});

const keyById = (sql: string, expected: unknown): Effect => ({
  check: async (stage, { target }) => {
    const found = `select ${sql} from keys where ? in (id::text, prefix, last_four)`;
    expect(await column(stage, found, target)).toEqual(expected);
  },
});

const rowNamed = (table: string): Effect => ({
  check: async (stage, { fields }) => {
    const [row = {}] = await stage.rows(`select * from ${table} where name = ?`, [fields['name']]);
    expect(row, `a row of ${table}`).toMatchObject({ name: fields['name'] });
    for (const [name, value] of Object.entries(fields)) {
      if (typeof row[name] === 'string') expect(row[name], name).toBe(value);
    }
  },
});

/** What each operation does, whichever surface it comes in by. */
const effects: Readonly<Record<string, Effect>> = {
  'users create': createUser,
  'auth register': {
    prepare: freeUserNames,
    check: async (stage, operation, answer) => {
      await createUser.check(stage, operation, { text: answer.text });
      expect(await theUser(stage, operation.fields['email'])).toMatchObject({ role: 'customer' });
      await signIn.check(stage, operation, answer);
    },
  },
  'auth login': signIn,
  'auth refresh': {
    check: async (stage, _, { data }) => {
      if (data === undefined) return;
      const { accessToken } = Object(data);
      const caller = await createApigate({ url: stage.apiUrl, token: accessToken }).auth.me();
      expect(caller.kind).toBe('user');
    },
  },
  'users list': {
    prepare: async (stage, { fields }) => {
      if (fields['inactive_days'] === undefined) return;
      const { id } = await stage.api.users.create({ email: 'long.gone@example.org' });
      const longAgo = timeBefore(Number(fields['inactive_days']) + 1);
      await stage.rows('update users set created_at = ? where id = ?', [longAgo, id]);
    },
    check: async (stage, { fields }, answer) => {
      expectList(answer, await listed(stage, {}), await listed(stage, fields));
    },
  },
  'users get': {
    check: async (stage, { target }, answer) => {
      const user = await theUser(stage, target);
      if (answer.data === undefined) expect(answer.text).toContain(user['id']);
      else expectShown(answer.data, user);
    },
  },
  'users update': {
    check: async (stage, { target, fields }, { data }) => {
      const user = await theUser(stage, target);
      await expectGiven(stage, user, fields);
      if (data !== undefined) expectShown(data, user);
      await expectUpstreamHeaders(stage, user);
      const isActive = user['status'] === 'active';
      await expectKeyAnswers(stage, target, { status: isActive ? 200 : 403 });
    },
  },
  'users suspend': status('suspended', { status: 403, code: 'user_suspended' }),
  'users activate': status('active', { status: 200 }),
  'users verify': {
    check: async (stage, { target }) => {
      const user = await theUser(stage, target);
      expect(user['status']).toBe('active');
      expect(user['email_verified_at']).not.toBeNull();
    },
  },
  'users set-password': {
    check: async (stage, { target, fields }) =>
      expectGiven(stage, await theUser(stage, target), fields),
  },
  'users delete': {
    check: async (stage, { target }) => {
      expect(await findUsers(stage, target)).toEqual([]);
      for (const table of ['keys', 'usage_events', 'usage_hours', 'usage_days', 'sessions']) {
        const left = `select count(*)::int from ${table} where user_id::text = ?`;
        expect(await column(stage, left, target), table).toBe(0);
      }
      await expectKeyAnswers(stage, target, { status: 401, code: 'invalid_api_key' });
    },
  },
  'users export': {
    check: async (stage, { fields }, { text }) => {
      const exported: Record<string, unknown>[] =
        fields['format'] === 'json' ? JSON.parse(text) : readCsv(text);
      const lines = (rows: readonly Row[]): string[] =>
        rows
          .map((row) => [row['email'], row['name'], row['plan_name'] ?? Object(row['plan']).name])
          .map((values) => values.join(' '))
          .sort();
      expect(lines(exported)).toEqual(lines(await stage.rows(userRows)));
    },
  },
  'users import': {
    prepare: async (stage, { target }, block) => {
      const content = shownFile(block);
      stage.writeFile(target ?? '', content);
      for (const fields of readCsv(content)) {
        await freeUserNames(stage, { name: '', target: null, alias: null, fields });
      }
    },
    check: async (stage, { target, fields }) => {
      if (target === null || fields['dry_run'] !== undefined) return;
      const imported = readCsv(stage.readFile(target));
      expect(imported).not.toEqual([]);
      for (const { email, name, plan_name: plan } of imported) {
        const user = await theUser(stage, email);
        expect(user['name'] ?? '').toBe(name);
        expect([user['plan_slug'], user['plan_name']]).toContain(plan);
      }
    },
  },
  'users stats': {
    check: async (stage, { target }, { text }) => {
      const { email } = await theUser(stage, target);
      const { units = 0, of = 0 } = (await usageByEmail(stage)).get(String(email)) ?? {};
      const figures = (text.match(/[\d.]+/g) ?? []).map(Number);
      expect(figures).toContain(units);
      expect(figures).toContain(Number(((units / of) * 100).toFixed(1)));
    },
  },
  'analytics users': {
    prepare: async (stage, { fields }) => {
      const id = await makeSubject(stage);
      if (fields['filter'] !== undefined) {
        const name = 'Ten a month';
        await stage.api.plans.create({ name, requestsPerMonth: 10 });
        await stage.api.users.update(id, { plan: name });
      }
      await makeUsage(stage, id, 9);
    },
    check: async (stage, { fields: { filter, limit } }, { text }) => {
      const counted = [...(await usageByEmail(stage))];
      const shown = counted
        .filter(([email]) => text.includes(email))
        .sort(([a], [b]) => text.indexOf(a) - text.indexOf(b));
      if (typeof filter !== 'string') {
        const most = counted.map(([, { requests }]) => requests).toSorted((a, b) => b - a);
        expect(shown.map(([, { requests }]) => requests)).toEqual(most.slice(0, Number(limit)));
      } else {
        const [, floor = ''] = /^quota_percent > (\d+)$/.exec(filter) ?? [];
        const over = counted.filter(([, { units, of }]) => (units / of) * 100 > Number(floor));
        expect(over).not.toEqual([]);
        expect(shown.map(([email]) => email).sort()).toEqual(over.map(([email]) => email).sort());
      }
    },
  },
  'plans create': {
    prepare: async (stage, { fields }) => {
      const [plan] = await stage.rows('select id from plans where name = ?', [fields['name']]);
      if (plan === undefined) return;
      const name = `${String(fields['name'])} before`;
      await stage.api.plans.update(String(plan['id']), {
        name,
        slug: name.toLowerCase().replaceAll(' ', '-'),
      });
    },
    check: async (stage, operation, answer) => {
      await rowNamed('plans').check(stage, operation, answer);
      if (operation.fields['default'] !== 'true') return;
      expect(await stage.rows('select name from plans where is_default')).toEqual([
        { name: operation.fields['name'] },
      ]);
    },
  },
  'alerts set': {
    check: async (stage, { fields }) => {
      const { id } = await theUser(stage, fields['user']);
      const [told] = await stage.rows('select * from usage_alert_settings where user_id = ?', [id]);
      for (const flag of ['quota', 'forecast']) {
        const given = fields[flag];
        if (typeof given !== 'string') continue;
        expect(told?.[`${flag}_percents`]).toEqual(given.split(',').map(Number));
      }
    },
  },
  'reference PUT': {
    check: async (stage, _operation, { text }) => {
      const { source } = await stage.api.reference.source();
      expect(text).toContain(`"title":"${source?.title}"`);
    },
  },
  'settings set': {
    check: async (stage, { target, fields }) => {
      const value = await column(stage, 'select value::text from settings where name = ?', target);
      const plain = String(value).replaceAll('"', '');
      // Named by its file.
      if (target === 'brand.logo') expect(plain).toMatch(/^data:image\/(?:svg\+xml|png);base64,/);
      else expect(plain).toBe(String(fields['value']));
      if (target !== 'require_email_verification') return;
      const email = `registered-${stage.keys.size}@example.org`;
      const password = 'correct horse battery staple';
      await createApigate({ url: stage.apiUrl }).auth.register({ email, password });
      expect(await theUser(stage, email)).toMatchObject({ status: 'pending' });
    },
  },
  'settings unset': {
    check: async (stage, { target }) => {
      expect(await stage.rows('select 1 from settings where name = ?', [target])).toEqual([]);
    },
  },
  'keys create': {
    check: async (stage, { fields }) => {
      const [row = {}] = await stage.rows(
        'select k.*, u.email, u.external_id, u.status from keys k join users u on u.id = k.user_id order by k.id desc limit 1',
      );
      const { user = fields['consumer_id'], key_id: keyId = null, name = keyId } = fields;
      expect([row['user_id'], row['email'], row['external_id']]).toContain(user);
      expect(row['name']).toBe(name);
      expect(row['kind']).toBe(keyId === null ? 'key' : 'basic');
      if (keyId !== null) {
        stage.keys.set(String(row['user_id']), [keyId, fields['key_secret']].join(':'));
        await expectKeyAnswers(stage, row['user_id'], {
          status: row['status'] === 'active' ? 200 : 403,
        });
      }
    },
  },
  'keys revoke': keyById('revoked_at is not null', true),
  'keys disable': keyById('enabled', false),
  'keys enable': keyById('enabled', true),
  'keys rotate': keyById('replaced_by is not null', true),
  'keys cancel-rotation': keyById('replaced_by', null),
  'keys finish-rotation': keyById('revoked_at is not null or grace_until <= now()', true),
  'plans update': {
    check: async (stage, { target, fields }) => {
      const found = 'select * from plans where ? in (id::text, slug, lower(name))';
      const [plan = {}] = await stage.rows(found, [String(target).toLowerCase()]);
      for (const [flag, name] of [
        ['rate_limit', 'rate_limit_per_minute'],
        ['monthly_quota', 'requests_per_month'],
      ] as const) {
        if (fields[flag] === undefined) continue;
        const given = fields[flag] === 'unlimited' ? null : Number(fields[flag]);
        expect(plan[name] === null ? null : Number(plan[name]), name).toBe(given);
      }
    },
  },
  'upstreams create': rowNamed('upstreams'),
  'routes create': rowNamed('routes'),
  'service-keys create': rowNamed('service_keys'),
  login: session,
  'invites create': {
    check: async (stage, { fields }) => {
      const role = await column(stage, 'select role from invites where email = ?', fields['email']);
      expect(role).toBe(fields['role']);
    },
  },
};

const readingVerbs =
  /^analytics |(?:^| )(?:access|effect|events|explain|export|get|list|logout|rotation|show|stats|tail|version|whoami|audit verify|routes test)$/;

/** Whether an operation answers and changes nothing that others see. */
export function isReading({ name }: Operation): boolean {
  return readingVerbs.test(name);
}

const anyAnswer: Effect = {
  check: (_stage, { name }, { text }) => {
    expect(text.trim(), `the answer of ${name}`).not.toBe('');
    return Promise.resolve();
  },
};

/** The effect of an operation. @throws Error where it changes something, and no check of that is here */
export function effectOf(operation: Operation): Effect {
  const effect = effects[operation.name] ?? (isReading(operation) ? anyAnswer : undefined);
  if (effect === undefined) throw new Error(`There is no check of what "${operation.name}" does.`);
  return effect;
}
