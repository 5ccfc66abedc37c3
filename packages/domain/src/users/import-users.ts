import {
  type ImportFault,
  importFaultsMax,
  type ImportProgress,
  type importUsersInput,
  type Parsed,
  type UserImport,
  type UserRow,
} from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import { authorize, reachOf } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { withConstraints } from '../constraints.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { Plan } from '../plans/plan.ts';
import { announcePrivilege } from './announce-privilege.ts';
import { ImportStage, type StagedRow } from './import-stage.ts';
import { User } from './user.ts';
import { userConstraints } from './user-constraints.ts';
import { readUserFile, type FileRow } from './user-file.ts';
import { withSpooledFile } from './spooled-file.ts';

/** Some ten times as much as a hundred thousand users take. */
const fileBytesMax = 128 * 1024 * 1024;
const batchRows = 1_000;
/** Each is announced to every admin by mail. */
const staffMax = 100;

/**
 * Makes users of a CSV file: all of them or, where one row is faulty, none. A dry run looks at everything that the import
 * would, in the same way, and changes nothing. Nobody gets a mail or a password.
 *
 * @param file bytes, as they arrive; they are kept on disk meanwhile, so that no sender holds up the database.
 * @param onProgress told after each thousand rows or so; what it throws ends the import, and nothing is changed.
 * @throws DomainError forbidden, bad_request (with each fault, by line), payload_too_large, overloaded (one import at a
 * time), email_taken, username_taken, external_id_taken (by somebody who was made in the same moment)
 */
export async function importUsers(
  ctx: DomainContext,
  input: Parsed<typeof importUsersInput>,
  file: AsyncIterable<Uint8Array>,
  onProgress: (progress: ImportProgress) => void = () => undefined,
): Promise<UserImport> {
  authorize(ctx.actor, 'users.create');
  return withSpooledFile(file, fileBytesMax, (spooled, bytes) =>
    withConstraints(userConstraints, () =>
      ctx.em.transactional((em) => importFrom(ctx, em, input, spooled, bytes, onProgress)),
    ),
  );
}

async function importFrom(
  ctx: DomainContext,
  em: EntityManager,
  { dryRun, skipFaulty }: Parsed<typeof importUsersInput>,
  file: AsyncIterable<Uint8Array>,
  bytes: number,
  onProgress: (progress: ImportProgress) => void,
): Promise<UserImport> {
  await takeTurn(em);
  const stage = await ImportStage.open(em);
  const choose = await rowChooser(em, ctx.actor);
  const faults = new Faults();
  let rows = 0;
  for await (const batch of inBatches(readUserFile(file))) {
    rows += batch.length;
    const chosen = batch.map(choose);
    faults.add(chosen.flatMap((result) => ('faults' in result ? [result.faults] : [])));
    faults.add(
      await stage.add(chosen.flatMap((result) => ('staged' in result ? result.staged : []))),
    );
    onProgress({ step: 'check', rows, share: (batch.at(-1)?.bytes ?? 0) / bytes });
  }
  if (faults.rows > 0 && !skipFaulty) throw faults.refusal(rows);
  const imported = rows - faults.rows;
  if (!dryRun) {
    await stage.store(ctx.now, (stored) =>
      onProgress({ step: 'store', rows: stored, share: stored / imported }),
    );
    for (const id of await stage.staffIds()) await recordStaff(ctx, em, id);
    await recordAudit(ctx, em, {
      action: 'users.imported',
      after: { rows, imported, skipped: faults.rows },
    });
  }
  return { dryRun, rows, imported, skipped: faults.rows, faults: faults.told };
}

/** One import at a time: two could wait for each other, or each fill the disk. */
async function takeTurn(em: EntityManager): Promise<void> {
  const [turn]: { taken: boolean }[] = await em.execute(
    `select pg_try_advisory_xact_lock(hashtext('apigate:import-users')) as taken`,
  );
  if (turn?.taken) return;
  throw new DomainError('overloaded', 'Another import is under way. Try again when it is done.');
}

async function* inBatches(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Chosen = { staged: StagedRow } | { faults: ImportFault[] };

/** Tells of each row in turn which user it makes, or why it makes none. */
async function rowChooser(em: EntityManager, actor: Actor): Promise<(row: FileRow) => Chosen> {
  const plans = await em.find(Plan, {});
  const planIds = new Map([
    ...plans.map(({ id, name }) => [name.toLowerCase(), id] as const),
    ...plans.map(({ id, slug }) => [slug, id] as const),
    ...plans.map(({ id }) => [id, id] as const),
  ]);
  const defaultPlan = plans.find(({ isDefault }) => isDefault)?.id;
  const mayGiveRoles = reachOf(actor, 'users.update_role') !== 'none';
  let staff = 0;
  return ({ line, row, faults }) => {
    if (row === null) return { faults };
    const { plan_name, role, status, metadata, ...rest } = row;
    const found: ImportFault[] = [];
    const fault = (field: keyof UserRow, message: string) => found.push({ line, field, message });
    const planId = plan_name === null ? defaultPlan : planIds.get(plan_name.toLowerCase());
    if (planId === undefined) fault('plan_name', `there is no plan “${plan_name}”`);
    if (role !== null && role !== 'customer') {
      staff += 1;
      if (!mayGiveRoles) fault('role', 'only an admin may give this role');
      else if (staff > staffMax) fault('role', `a file may hold ${staffMax} of the staff at most`);
    }
    if (planId === undefined || found.length > 0) return { faults: found };
    return {
      staged: {
        line,
        id: newId(),
        ...rest,
        plan_id: planId,
        role: role ?? 'customer',
        status: status ?? 'active',
        metadata: metadata ?? {},
      },
    };
  };
}

async function recordStaff(ctx: DomainContext, em: EntityManager, id: string): Promise<void> {
  const user = await em.findOneOrFail(User, { id });
  await announcePrivilege(ctx, em, user, 'customer');
  await recordAudit(ctx, em, {
    action: 'users.created',
    target: { kind: 'user', id, label: user.email },
    after: { email: user.email, role: user.role, status: user.status },
  });
}

/** Counts faulty rows, and keeps the first faults. */
class Faults {
  rows = 0;
  told: ImportFault[] = [];

  /** @param ofRows the faults of each faulty row. */
  add(ofRows: readonly ImportFault[][]): void {
    this.rows += ofRows.length;
    this.told = [...this.told, ...ofRows.flat()]
      .toSorted((a, b) => a.line - b.line)
      .slice(0, importFaultsMax);
  }

  refusal(rows: number): DomainError {
    const verb = this.rows === 1 ? 'is' : 'are';
    return new DomainError(
      'bad_request',
      `${this.rows} of ${rows} rows ${verb} faulty, so nothing was imported.`,
      {
        errors: this.told.map(({ line, field, message }) => ({
          path: field === null ? `lines.${line}` : `lines.${line}.${field}`,
          message,
        })),
      },
    );
  }
}
