import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openOrm } from '../../../packages/domain/src/index.ts';
import { createApigate, type Apigate } from '../../../packages/sdk/src/index.ts';

/** A row of the database. */
export type Row = Readonly<Record<string, unknown>>;

/** What the proxy answered to a call of the sample API, which echoes the headers that reached it. */
interface Call {
  status: number;
  /** Of a refusal. */
  code: string | null;
  headersUpstream: Readonly<Record<string, string>>;
}

/** A running apigate with the quickstart in it, seen from all sides. */
export interface Stage extends AsyncDisposable {
  apiUrl: string;
  /** May do everything. */
  api: Apigate;
  /** An access token of the admin of the quickstart. */
  adminToken: string;
  newRefreshToken: () => Promise<string>;
  /** Asks the database; `?` stand for the values. */
  rows: (sql: string, values?: readonly unknown[]) => Promise<Row[]>;
  /** Calls the sample API with a key. */
  call: (key: string) => Promise<Call>;
  /** The keys of users that were made for a command, by the user's id. */
  keys: Map<string, string>;
  /** How often each key was used to call. */
  calls: Map<string, number>;
  /** A file in the folder in which commands run. */
  readFile: (name: string) => string;
  writeFile: (name: string, content: string) => void;
}

/** Opens what runs with the data in `dataDir`, with commands in `workDir`. */
export async function openStage(dataDir: string, workDir: string): Promise<Stage> {
  const read = (...file: string[]): string => readFileSync(path.join(dataDir, ...file), 'utf8');
  const { apiUrl, token } = JSON.parse(read('local.json'));
  const { proxyUrl, adminEmail, adminPassword } = JSON.parse(read('quickstart.json'));
  // https://www.postgresql.org/docs/current/storage-file-layout.html: the fourth line is the port.
  const port = read('postgres', 'data', 'postmaster.pid').split('\n')[3];
  const password = read('postgres', 'password');
  const orm = await openOrm(`postgres://apigate:${password}@127.0.0.1:${port}/postgres`);
  const api = createApigate({ url: apiUrl, token });
  const signIn = () => api.auth.signIn({ email: adminEmail, password: adminPassword });
  const { accessToken } = await signIn();
  const calls = new Map<string, number>();
  return {
    apiUrl,
    api,
    adminToken: accessToken ?? '',
    newRefreshToken: async () => (await signIn()).refreshToken ?? '',
    rows: (sql, values = []) => orm.em.fork().execute<Row[]>(sql, [...values]),
    call: async (key) => {
      calls.set(key, (calls.get(key) ?? 0) + 1);
      const answer = await fetch(`${proxyUrl}/echo/hello`, { headers: { 'x-api-key': key } });
      const body = Object(await answer.json());
      return {
        status: answer.status,
        code: body.code ?? null,
        headersUpstream: body.headers ?? {},
      };
    },
    keys: new Map(),
    calls,
    readFile: (name) => readFileSync(path.join(workDir, name), 'utf8'),
    writeFile: (name, content) => writeFileSync(path.join(workDir, name), content),
    [Symbol.asyncDispose]: () => orm.close(),
  };
}
