import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Gateway, startGateway } from '../testing/gateway.ts';
import { openShell, type Shell } from '../testing/shell.ts';

// A process for each command takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let server: Gateway;
let shell: Shell;
let db: Client;

beforeAll(async () => {
  server = await startGateway();
  shell = await openShell({ APIGATE_URL: server.url, APIGATE_TOKEN: server.token });
  db = new Client({ connectionString: server.databaseUrl });
  await db.connect();
}, 60_000);

afterAll(async () => {
  await db.end();
  await shell[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

interface Caller {
  email: string;
  keys: string[];
}

/** A customer with two keys, one of which may be used from nowhere near. */
async function makeCaller(email: string): Promise<Caller> {
  await shell.json(`apigate users create --email ${email} --plan pro`);
  const keys: string[] = [];
  for (const flags of ['', ' --allowed-ips 10.0.0.0/8']) {
    const made = await shell.json(
      `apigate keys create --user ${email} --name k${keys.length}${flags}`,
    );
    keys.push(z.object({ key: z.string() }).parse(made).key);
  }
  return { email, keys };
}

interface Step {
  caller: number;
  key: number;
  path: string;
  /** Units that are metered without a request; 0 for a request. */
  metered: number;
}

/** Steps drawn by a linear congruential generator, so that a run can be repeated. */
function drawHistory(length: number, seed: number): Step[] {
  let state = seed;
  const draw = <T>(...choices: T[]): T => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const choice = choices[Math.floor((state / 2 ** 32) * choices.length)];
    if (choice === undefined) throw new Error('there is something to choose');
    return choice;
  };
  return Array.from({ length }, () => ({
    caller: draw(0, 1),
    key: draw(0, 0, 0, 1),
    path: draw('/echo/a', '/echo/b', '/nowhere'),
    metered: draw(0, 0, 0, 0, 5),
  }));
}

const figures = z.looseObject({ requests: z.number(), units: z.number(), errors: z.number() });
const rowsOf = <S extends z.ZodType>(row: S) => z.object({ data: z.array(row) });
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test('headers, usage, analytics, files and the database tell the same, to the unit', async ({
  annotate,
}) => {
  const callers = [await makeCaller('one@example.com'), await makeCaller('two@example.com')];
  const seed = Date.now() % 2 ** 32;
  await annotate(`history of seed ${seed}`);
  const expected = callers.map(() => ({ requests: 0, units: 0, errors: 0 }));
  for (const [at, { caller, key, path, metered }] of drawHistory(60, seed).entries()) {
    const own = expected[caller];
    const who = callers[caller];
    if (own === undefined || who === undefined) throw new Error('there are two callers');
    if (metered > 0) {
      const event = {
        id: `event-${at}`,
        source: 'test',
        type: 'job.done',
        subject: who.email,
        data: { units: metered },
      };
      const response = await fetch(`${server.url}/v1/meter`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
        body: JSON.stringify({ events: [event, event] }),
      });
      expect(await response.json()).toMatchObject({ counted: 1, duplicates: 1, refused: 0 });
      own.units += metered;
      own.requests += 1;
      continue;
    }
    const headers = { 'x-api-key': who.keys[key] ?? '' };
    const response = await fetch(server.proxyUrl + path, { headers });
    await response.text();
    // Where no route leads, nobody's key is looked at.
    if (path === '/nowhere') continue;
    own.requests += 1;
    if (response.ok) own.units += 1;
    else own.errors += 1;
  }
  for (const [at, { email, keys }] of callers.entries()) {
    const own = expected[at];
    if (own === undefined) throw new Error('there are two callers');
    // What was metered beside the proxy reaches its count once it stores a request of the user, such as a refused one.
    let header = Number.NaN;
    await vi.waitUntil(
      async () => {
        const headers = { 'x-api-key': keys[1] ?? '' };
        const response = await fetch(`${server.proxyUrl}/echo/last`, { headers });
        expect(response.status).toBe(403);
        own.requests += 1;
        own.errors += 1;
        header = Number(response.headers.get('x-quota-used'));
        return header >= own.units;
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(header).toBe(own.units);
    await vi.waitUntil(
      async () => {
        const { rows: stored } = await db.query<{ count: number }>(
          'select count(*)::int as count from usage_events where user_id = (select id from users where email = $1)',
          [email],
        );
        return (stored[0]?.count ?? 0) >= own.requests;
      },
      { timeout: 20_000, interval: 100 },
    );
    const { units } = own;
    expect(await shell.json(`apigate analytics overview --user ${email}`)).toMatchObject({
      ...own,
      quota: { used: units },
    });
    const summary = await shell.json(`apigate users stats ${email}`);
    expect(summary).toMatchObject({ requests: own.requests, quota: { used: units }, key_count: 2 });
    const routes = rowsOf(figures).parse(
      await shell.json(`apigate analytics routes --user ${email}`),
    );
    expect(sum(routes.data.map((row) => row.requests))).toBe(own.requests);
    const days = rowsOf(figures).parse(
      await shell.json(`apigate analytics timeseries --user ${email}`),
    );
    expect(sum(days.data.map((row) => row.units))).toBe(units);
    const { rows } = await db.query(
      `select q.units::int as units, q.requests::int as requests, q.errors::int as errors,
        (select sum(units)::int from usage_events where user_id = u.id) as events,
        (select sum(units)::int from usage_hours where user_id = u.id) as hours
      from users u join quota_periods q on q.user_id = u.id where u.email = $1`,
      [email],
    );
    expect(rows).toEqual([{ ...own, events: units, hours: units }]);
    const file = await shell.run(`apigate usage export --user ${email} --format csv`);
    expect(file.stdout.trim().split('\r\n')).toHaveLength(own.requests + 1);
  }
  const ranked = rowsOf(
    z.looseObject({ requests: z.number(), user: z.object({ email: z.string() }) }),
  ).parse(await shell.json('apigate analytics users --sort requests --limit 10'));
  const ofCallers = ranked.data.filter(({ user }) => user.email.endsWith('@example.com'));
  expect(sum(ofCallers.map(({ requests }) => requests))).toBe(
    sum(expected.map(({ requests }) => requests)),
  );
});

test('finds users by an expression, and tells where one cannot be read', async () => {
  expect((await shell.run('apigate analytics users --filter "quota_percent > 80"')).stderr).toBe(
    'No users.\n',
  );
  const wrong = await shell.run('apigate analytics users --filter "quota > 80"');
  expect(wrong.exitCode).not.toBe(0);
  expect(wrong.stderr).toContain('unknown field "quota" at character 1');
});

test('prints requests as they come, until it is stopped', async () => {
  await fetch(`${server.proxyUrl}/echo/before`, { headers: { 'x-api-key': server.customerKey } });
  const asking = setInterval(() => {
    void fetch(`${server.proxyUrl}/echo/tail`, { headers: { 'x-api-key': server.customerKey } });
  }, 300);
  try {
    const { stdout } = await shell.run(
      'apigate usage tail --user customer@apigate.local | head -n 1',
    );
    expect(stdout).toMatch(
      /^\S+Z {2}200 {2}GET {2}\/echo\/tail {2}\d+\.\d ms {2}customer@apigate\.local\n$/,
    );
  } finally {
    clearInterval(asking);
  }
});
