import type { ImportFault, UserRole, UserStatus } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';

/** A row that stands for a user to be made, in the columns of the table. */
export interface StagedRow {
  line: number;
  id: string;
  email: string;
  name: string | null;
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  external_id: string | null;
  plan_id: string;
  role: UserRole;
  status: UserStatus;
  metadata: Readonly<Record<string, string>>;
}

/** What no two users may share. */
const uniqueFields = ['email', 'username', 'external_id'] as const;

const columns = `line int, id uuid, email text, name text, username text, first_name text, last_name text,
  external_id text, plan_id uuid, role text, status text, metadata jsonb`;
const copied = `id, email, name, username, first_name, last_name, external_id, plan_id, role, status, metadata`;
const given = `select * from jsonb_to_recordset(?::jsonb) as given(${columns})`;

/** How many users are stored by one statement, which must take less than the silence that an api bears. */
const storedRows = 2_000;

/**
 * Where the rows of an import wait in the database until all of them were looked at, so that a file of any length takes
 * no memory here. It goes with the transaction.
 */
export class ImportStage {
  readonly #em: EntityManager;

  private constructor(em: EntityManager) {
    this.#em = em;
  }

  static async open(em: EntityManager): Promise<ImportStage> {
    const unique = uniqueFields.map((field) => `unique (${field})`).join(', ');
    await em.execute(
      `create temporary table staged_users (${columns}, primary key (line), ${unique}) on commit drop`,
    );
    return new ImportStage(em);
  }

  /** Takes rows in. @returns the faults of each that names what another user, or a line before, has already. */
  async add(rows: readonly StagedRow[]): Promise<ImportFault[][]> {
    const stored = await this.#holders(rows, 'users', 'null::int');
    const faultsIn = (row: StagedRow, holders: Holders) =>
      uniqueFields.flatMap((field) => {
        const holder = holders.get(`${field}:${row[field]}`);
        return holder === undefined ? [] : [{ line: row.line, field, message: taken(holder) }];
      });
    const faulty = rows.map((row) => faultsIn(row, stored)).filter(({ length }) => length > 0);
    const lines = new Set(faulty.map(([fault]) => fault?.line));
    const free = rows.filter(({ line }) => !lines.has(line));
    const staged: { line: number }[] = await this.#em.execute(
      `insert into staged_users ${given} order by line on conflict do nothing returning line`,
      [JSON.stringify(free)],
    );
    if (staged.length === free.length) return faulty;
    const stagedLines = new Set(staged.map(({ line }) => line));
    const repeated = free.filter(({ line }) => !stagedLines.has(line));
    const before = await this.#holders(repeated, 'staged_users', 'h.line');
    return [...faulty, ...repeated.map((row) => faultsIn(row, before))];
  }

  /** Who of `table` has what these rows name. */
  async #holders(
    rows: readonly StagedRow[],
    table: 'users' | 'staged_users',
    line: string,
  ): Promise<Holders> {
    const selects = uniqueFields.map(
      (field) => `select '${field}:' || h.${field} as key, ${line} as line
        from ${table} h join given on given.${field} = h.${field}`,
    );
    const found: { key: string; line: number | null }[] = await this.#em.execute(
      `with given as materialized (${given}) ${selects.join(' union all ')}`,
      [
        JSON.stringify(
          rows.map(({ email, username, external_id }) => ({ email, username, external_id })),
        ),
      ],
    );
    return new Map(found.map(({ key, line: at }) => [key, at]));
  }

  /** Makes users of all rows. @param onStored told how many are made so far. */
  async store(now: Date, onStored: (rows: number) => void): Promise<void> {
    for (let after = 0, rows = 0; ;) {
      const [stored]: { last: number | null; rows: number }[] = await this.#em.execute(
        `with next as (select * from staged_users where line > ? order by line limit ${storedRows}),
          stored as (
            insert into users (${copied}, created_at, updated_at)
            select ${copied}, ?::timestamptz, ?::timestamptz from next order by line
          )
        select max(line) as last, count(*)::int as rows from next`,
        [after, now, now],
      );
      if (stored?.last == null) return;
      after = stored.last;
      rows += stored.rows;
      onStored(rows);
    }
  }

  /** The ids of those who are more than customers. */
  async staffIds(): Promise<string[]> {
    const staff: { id: string }[] = await this.#em.execute(
      `select id from staged_users where role <> 'customer' order by line`,
    );
    return staff.map(({ id }) => id);
  }
}

/** For `email:jane@example.com` the line that has it; null where it is a user who is there already. */
type Holders = ReadonlyMap<string, number | null>;

function taken(line: number | null): string {
  return line === null ? 'another user has it already' : `stands in line ${line} already`;
}
