import { exportUsersInput, importUsersInput } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Actor, system } from '../access/actor.ts';
import { actorOf, buildPlan, buildUser, serviceActor } from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { exportUsers } from './export-users.ts';
import { importUsers } from './import-users.ts';
import { userFileText } from './user-file.ts';
import type { User } from './user.ts';

let domain: TestDomain;
let admin: User;
beforeAll(async () => {
  domain = await openTestDomain();
  const { id: plan } = await buildPlan(domain, { slug: 'free', name: 'Free', isDefault: true });
  await buildPlan(domain, { slug: 'pro', name: 'Pro Plan' });
  admin = await buildUser(domain, { plan, role: 'admin', email: 'admin@example.com' });
});
afterAll(() => domain[Symbol.asyncDispose]());

async function gathered<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

/** A file that arrives a few bytes at a time. */
async function* arriving(text: string | Uint8Array, bytesAtOnce = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += bytesAtOnce) {
    yield bytes.subarray(at, at + bytesAtOnce);
  }
}

function importText(
  text: string | Uint8Array,
  options: object = {},
  actor: Actor = actorOf(admin),
) {
  return importUsers(domain.context(actor), importUsersInput.parse(options), arriving(text));
}

/** All that there is in the tables that an import could touch. */
async function everything(): Promise<unknown> {
  const tables = ['users', 'mails', 'audit_events', 'change_log', 'plans'];
  return Promise.all(
    tables.map(async (table) => (await domain.db.query(`select * from ${table} order by 1`)).rows),
  );
}

async function users(pattern: string) {
  const { rows } = await domain.db.query(
    `select u.*, p.slug as plan from users u join plans p on p.id = u.plan_id
     where email like $1 order by email`,
    [pattern],
  );
  return rows;
}

/** What an import says where it refuses a file. */
async function refusalOf(text: string | Uint8Array, options: object = {}, actor?: Actor) {
  const before = await everything();
  const tell = (more: object) =>
    importText(text, { ...options, ...more }, actor).then(
      () => {
        throw new Error('The file was taken.');
      },
      (error: unknown) => ({
        code: Reflect.get(Object(error), 'code'),
        message: Reflect.get(Object(error), 'message'),
        errors: Reflect.get(Object(error), 'errors'),
      }),
    );
  const refusal = await tell({});
  expect(await tell({ dryRun: true })).toEqual(refusal);
  expect(await everything()).toEqual(before);
  return refusal;
}

describe('a file', () => {
  test('of the three columns makes customers, on the plan they name or else the default', async () => {
    const text =
      'email,name,plan_name\njohn@a.test,John Doe,pro\nJANE@a.test,Jane Smith,FREE\nmax@a.test,,\nmia@a.test,Mia,pro plan\n';
    expect(await importText(text)).toEqual({
      dryRun: false,
      rows: 4,
      imported: 4,
      skipped: 0,
      faults: [],
    });
    expect(await users('%@a.test')).toMatchObject([
      { email: 'jane@a.test', name: 'Jane Smith', plan: 'free', role: 'customer' },
      { email: 'john@a.test', name: 'John Doe', plan: 'pro', status: 'active', metadata: {} },
      { email: 'max@a.test', name: null, plan: 'free', password_hash: null },
      { email: 'mia@a.test', plan: 'pro', created_at: testNow, email_verified_at: null },
    ]);
  });

  test('may have every column, in any order, with a byte-order mark, quotes, CRLF and empty lines', async () => {
    const text =
      '\ufeffRole,status,EMAIL,metadata,username,name,external_id,first_name,last_name,id\r\n' +
      'moderator,pending,bom@b.test,"{""company"": ""A, B""}",Bommy,"Line\u00a0""one"", 😀",Ext-1,Bo,Mm,whatever\r\n' +
      '\r\n,,,,,,,,,\r\n' +
      'customer,suspended,last@b.test,,,,,,,';
    expect(await importText(text)).toMatchObject({ rows: 2, imported: 2 });
    expect(await users('%@b.test')).toMatchObject([
      {
        email: 'bom@b.test',
        role: 'moderator',
        status: 'pending',
        metadata: { company: 'A, B' },
        username: 'bommy',
        name: 'Line\u00a0"one", 😀',
        external_id: 'Ext-1',
        first_name: 'Bo',
        last_name: 'Mm',
      },
      { email: 'last@b.test', status: 'suspended', username: null },
    ]);
  });

  test('may have columns without a name, which are left alone', async () => {
    await importText('"",email,,name\nx,unnamed@g.test,y,Una\n');
    expect(await users('unnamed@g.test')).toMatchObject([{ name: 'Una', username: null }]);
  });

  test('comes out as it went in, whatever looks like a formula', async () => {
    const names = ['=1+1', '+49 30', '-5', '-5a', '@home', "'quoted", "'=x", "''-1", 'a,"b"', 'Ü'];
    const rows = names.map((name, at) => `f${at}@f.test,"${name.replaceAll('"', '""')}"`);
    await importText(`email,name\n${rows.join('\n')}`);
    const exported = async () => {
      const input = exportUsersInput.parse({ q: '@f.test' });
      const pages = await exportUsers(domain.context(actorOf(admin)), input);
      return (await gathered(userFileText(pages))).join('');
    };
    const text = await exported();
    for (const line of text.split('\r\n')) {
      for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+@]|^"?-\D/);
    }
    await domain.db.query(`delete from users where email like '%@f.test'`);
    expect(await importText(text)).toMatchObject({ imported: names.length });
    // The first import gave a leading apostrophe before a formula for an escape, which is what it is in a file.
    expect((await users('%@f.test')).map(({ name }) => name)).toEqual(
      names.map((name) => (name === "'=x" ? '=x' : name === "''-1" ? "'-1" : name)),
    );
    const again = await exported();
    const withoutId = (file: string) => file.replaceAll(/[\da-f-]{36}/g, '');
    expect(withoutId(again)).toBe(withoutId(text));
  });

  test.each([
    ['', 'Line 1: The file is empty.', 'lines.1'],
    ['email,nmae\na@x.test,A', 'Line 1: There is no column “nmae”.', 'lines.1'],
    ['name\nA', 'Line 1: The column “email” is missing.', 'lines.1'],
    ['email,Email\na@x.test,', 'Line 1: The column “email” is there twice.', 'lines.1'],
    ['email,name\na@x.test,A\nb@x.test,"B', 'Line 3: A quote that begins here', 'lines.3'],
    ['email,name\na@x.test,A"B"', 'Line 2: A quote stands in the middle', 'lines.2'],
    ['email,name\na@x.test,"A"B', 'Line 2: Something follows a closing quote', 'lines.2'],
    [`email,name\na@x.test,"${'x'.repeat(70_000)}"`, 'Line 2: A row is larger', 'lines.2'],
  ])('that is none is refused: %.40j', async (text, message, path) => {
    expect(await refusalOf(text)).toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining(message),
      errors: [{ path }],
    });
    expect(await refusalOf(text, { skipFaulty: true })).toMatchObject({ code: 'bad_request' });
  });

  test('in another encoding is refused', async () => {
    const latin = Buffer.from('email,name\na@x.test,M\u00fcller\n', 'latin1');
    const wide = Buffer.from('\ufeffemail,name\na@x.test,A\n', 'utf16le');
    for (const bytes of [latin, wide]) {
      expect(await refusalOf(bytes)).toMatchObject({
        message: 'The file is not in UTF-8. Save it as CSV in UTF-8.',
      });
    }
  });
});

describe('faulty rows', () => {
  const text = [
    'email,name,plan_name,username,role,status,metadata',
    'good@c.test,,,good,,,"{""two"":',
    '""lines""}"',
    'nobody,,,,,,',
    ',No Address,,,,,',
    'a@c.test,,gold,,,,',
    'b@c.test,,,x,chief,gone,"{""a"": 1}"',
    'c@c.test,,,,,,not json',
    'd@c.test,,,,,,,,too,many',
    'ADMIN@example.com,,,,,,',
    'Good@C.test,,,,,,',
    'e@c.test,,,GOOD,,,',
    'fine@c.test,,,fine,,,',
  ].join('\n');
  const faults = [
    [4, 'email', 'must be an e-mail address such as jane@example.com'],
    [5, 'email', 'is missing'],
    [6, 'plan_name', 'there is no plan “gold”'],
    [7, 'username', expect.any(String)],
    [7, 'role', expect.any(String)],
    [7, 'status', expect.any(String)],
    [7, 'metadata.a', expect.any(String)],
    [8, 'metadata', 'must be a JSON object such as {"company": "ACME"}'],
    [9, null, 'has 10 cells, and the first line names 7 columns'],
    [10, 'email', 'another user has it already'],
    [11, 'email', 'stands in line 2 already'],
    [12, 'username', 'stands in line 2 already'],
  ] as const;

  test('refuse the whole file, and each is told by its line', async () => {
    expect(await refusalOf(text)).toEqual({
      code: 'bad_request',
      message: '9 of 11 rows are faulty, so nothing was imported.',
      errors: faults.map(([line, field, message]) => ({
        path: field === null ? `lines.${line}` : `lines.${line}.${field}`,
        message,
      })),
    });
  });

  test('are left out when asked, and a dry run says so before', async () => {
    const before = await everything();
    const report = {
      rows: 11,
      imported: 2,
      skipped: 9,
      faults: faults.map(([line, field, message]) => ({ line, field, message })),
    };
    const options = { skipFaulty: true };
    expect(await importText(text, { ...options, dryRun: true })).toEqual({
      dryRun: true,
      ...report,
    });
    expect(await everything()).toEqual(before);
    expect(await importText(text, options)).toEqual({ dryRun: false, ...report });
    expect(await users('%@c.test')).toMatchObject([
      { email: 'fine@c.test', metadata: {} },
      { email: 'good@c.test', metadata: { two: 'lines' } },
    ]);
  });

  test('are found in a file of thousands, wherever they are', async () => {
    const rows = Array.from({ length: 3_500 }, (_, at) => `n${at}@d.test,N${at}`);
    rows[3_300] = 'n7@d.test,Twice';
    rows[10] = 'admin@example.com,There already';
    expect(await refusalOf(`email,name\n${rows.join('\n')}`)).toMatchObject({
      message: '2 of 3500 rows are faulty, so nothing was imported.',
      errors: [
        { path: 'lines.12.email', message: 'another user has it already' },
        { path: 'lines.3302.email', message: 'stands in line 9 already' },
      ],
    });
    rows.splice(3_300, 1);
    rows.splice(10, 1);
    expect(await importText(`email,name\n${rows.join('\n')}`)).toMatchObject({ imported: 3_498 });
    expect(await users('%@d.test')).toHaveLength(3_498);
  });

  test('are told up to a thousand, and counted to the end', async () => {
    const rows = Array.from({ length: 1_200 }, (_, at) => `faulty${at}`);
    const { message, errors } = await refusalOf(`email\n${rows.join('\n')}`);
    expect(message).toBe('1200 of 1200 rows are faulty, so nothing was imported.');
    expect(errors).toHaveLength(1_000);
  });
});

describe('who imports', () => {
  test('must be allowed to make users, before a byte is read', async () => {
    const moderator = await buildUser(domain, { role: 'moderator' });
    for (const actor of [
      actorOf(moderator),
      actorOf(await buildUser(domain)),
      serviceActor('users:read'),
    ]) {
      const unread = {
        [Symbol.asyncIterator]: () => {
          throw new Error('The file was read.');
        },
      };
      await expect(
        importUsers(domain.context(actor), importUsersInput.parse({}), unread),
      ).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  test('gives roles only where the policy allows it', async () => {
    const text = 'email,role\nr1@e.test,customer\nr2@e.test,admin\n';
    const service = serviceActor('users:write');
    expect(await refusalOf(text, {}, service)).toMatchObject({
      errors: [{ path: 'lines.3.role', message: 'only an admin may give this role' }],
    });
    expect(await importText(text)).toMatchObject({ imported: 2 });
  });

  test('makes at most a hundred of the staff', async () => {
    const rows = Array.from({ length: 101 }, (_, at) => `s${at}@s.test,moderator`);
    expect(await refusalOf(`email,role\n${rows.join('\n')}`)).toMatchObject({
      errors: [{ path: 'lines.102.role' }],
    });
  });

  test('leaves one event in the audit log, and one more for each of the staff, whom the admins hear of', async () => {
    await domain.db.query('delete from mails');
    const seq = async () =>
      Number((await domain.db.query('select seq from audit_head')).rows[0]?.seq);
    const before = await seq();
    await importText('email,role\na1@g.test,\na2@g.test,moderator\nbad,\n', { skipFaulty: true });
    const { rows } = await domain.db.query(
      'select action, actor_id, after from audit_events where seq > $1 order by seq',
      [before],
    );
    expect(rows).toMatchObject([
      { action: 'users.created', actor_id: admin.id, after: { role: 'moderator' } },
      { action: 'users.imported', after: { rows: 3, imported: 2, skipped: 1 } },
    ]);
    const mails = await domain.db.query('select "to", template from mails');
    const to = new Set(mails.rows.map((mail) => mail.to));
    expect(to).toContain('admin@example.com');
    expect(mails.rows.every(({ template }) => template === 'privilege_raised')).toBe(true);
    for (const imported of ['a1@g.test', 'a2@g.test']) expect(to).not.toContain(imported);
  });

  test('is told to wait while another import is under way', async () => {
    const em = domain.orm.em.fork();
    await em.transactional(async (tx) => {
      await tx.execute(`select pg_advisory_xact_lock(hashtext('apigate:import-users'))`);
      await expect(importText('email\nw@w.test\n')).rejects.toMatchObject({ code: 'overloaded' });
    });
    await expect(importText('email\nw@w.test\n')).resolves.toMatchObject({ imported: 1 });
  });

  test('changes nothing when the file breaks off', async () => {
    const before = await everything();
    async function* broken() {
      yield Buffer.from('email\none@h.test\ntwo@h.te');
      throw new Error('aborted');
    }
    const context = domain.context(system);
    await expect(
      importUsers(context, importUsersInput.parse({ skipFaulty: true }), broken()),
    ).rejects.toThrow('aborted');
    expect(await everything()).toEqual(before);
  });
});

describe('an export', () => {
  const exported = async (filter: object) => {
    const input = exportUsersInput.parse(filter);
    const pages = await exportUsers(domain.context(actorOf(admin)), input);
    return (await gathered(pages)).flat();
  };

  test('has every user once, oldest first, over all pages, and only those that are meant', async () => {
    const { rows } = await domain.db.query<{ id: string }>('select id from users order by id');
    expect(rows.length).toBeGreaterThan(1_000);
    expect((await exported({})).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect((await exported({ role: 'admin' })).map(({ role }) => role)).not.toContain('customer');
  });

  test('is for those who may list users, and stands in the audit log', async () => {
    const refused = domain.context(actorOf(await buildUser(domain)));
    await expect(exportUsers(refused, exportUsersInput.parse({}))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await exported({ status: 'suspended', format: 'json' });
    const { rows } = await domain.db.query(
      'select action, after from audit_events order by seq desc limit 1',
    );
    expect(rows).toEqual([
      { action: 'users.exported', after: { format: 'json', status: 'suspended' } },
    ]);
  });
});
