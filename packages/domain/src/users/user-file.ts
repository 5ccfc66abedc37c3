import { pipeline, Readable } from 'node:stream';
import {
  csvLine,
  type ImportFault,
  unescapedCell,
  type User as UserView,
  type UserRow,
  userRow,
} from '@apigate/contract';
import { CsvError, type Info, parse } from 'csv-parse';
import { DomainError } from '../errors.ts';

/** The columns of a file of users, of which an import needs the first alone. */
const userColumns = Object.keys(userRow.shape);

/** Columns that an export has for its reader, and that an import leaves alone. */
const shownColumns = ['id', 'created_at', 'last_login_at'];

/** A column that has no name is left alone as well; there may be several. */
const unnamedColumn = '';

/** A row of a file, by the number of the line that it begins on; null where it has faults. */
export interface FileRow {
  line: number;
  /** Of the file, up to the end of the row. */
  bytes: number;
  row: UserRow | null;
  faults: ImportFault[];
}

const rowBytesMax = 64 * 1024;

/**
 * Reads a file of users row by row: RFC 4180, in UTF-8 with or without a byte-order mark, with LF or CRLF, the names of
 * the columns in the first line. Nothing but the present row is held.
 *
 * @throws DomainError bad_request where it is no such file
 */
export async function* readUserFile(file: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow> {
  let columns: string[] | undefined;
  for await (const { line, bytes, cells } of rowsOf(file)) {
    if (columns === undefined) columns = columnsOf(cells, line);
    else if (cells.some((cell) => cell.trim() !== '')) {
      yield { bytes, ...userOf(line, columns, cells) };
    }
  }
  if (columns === undefined) {
    throw badFile(1, `The file is empty. Its first line must name the columns, such as ${header}.`);
  }
}

const header = 'email,name,plan_name';

async function* rowsOf(
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ line: number; bytes: number; cells: string[] }> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: rowBytesMax,
  });
  // Its failure ends the loop below, which is where it is told.
  const source = pipeline(Readable.from(decoded(file)), parser, () => undefined);
  try {
    for await (const { record, info } of source as AsyncIterable<{
      record: string[];
      info: Info;
    }>) {
      // The parser counts the lines up to the end of a row, and a quoted cell may have several.
      const inside = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      yield { line: info.lines - inside, bytes: info.bytes, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(Reflect.get(error, 'lines') ?? 1);
    throw badFile(line, sentences[error.code] ?? 'This is not CSV.', error);
  }
}

const sentences: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote that begins here is never closed.',
  INVALID_OPENING_QUOTE:
    'A quote stands in the middle of a cell: put the cell in quotes, and double those in it.',
  CSV_INVALID_CLOSING_QUOTE:
    'Something follows a closing quote: put a comma between them, or double the quotes in the cell.',
  CSV_MAX_RECORD_SIZE: `A row is larger than ${rowBytesMax} bytes. Is a quote before it not closed?`,
};

async function* decoded(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of file) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new DomainError('bad_request', 'The file is not in UTF-8. Save it as CSV in UTF-8.', {
      cause: error,
    });
  }
}

/** The columns that a first line names. */
function columnsOf(cells: readonly string[], line: number): string[] {
  const columns = cells.map((cell) => cell.trim().toLowerCase());
  const known = [...userColumns, ...shownColumns, unnamedColumn];
  const strange = columns.filter((column) => !known.includes(column));
  if (strange.length > 0) {
    const [first] = strange;
    throw badFile(
      line,
      `There is no column “${first}”. The columns are ${userColumns.join(', ')}.`,
    );
  }
  const twice = columns.find(
    (column, at) => column !== unnamedColumn && columns.indexOf(column) < at,
  );
  if (twice !== undefined) throw badFile(line, `The column “${twice}” is there twice.`);
  if (!columns.includes('email')) {
    throw badFile(line, `The column “email” is missing. The first line is such as ${header}.`);
  }
  return columns;
}

function userOf(
  line: number,
  columns: readonly string[],
  cells: readonly string[],
): Omit<FileRow, 'bytes'> {
  const fault = (field: string | null, message: string) => ({ line, field, message });
  if (cells.slice(columns.length).some((cell) => cell !== '')) {
    const message = `has ${cells.length} cells, and the first line names ${columns.length} columns`;
    return { line, row: null, faults: [fault(null, message)] };
  }
  const given = new Map(
    columns.map((column, at) => [column, unescapedCell(cells[at]?.trim() ?? '')]),
  );
  const values = userColumns.map((column) => [column, given.get(column) || null]);
  if (!given.get('email')) return { line, row: null, faults: [fault('email', 'is missing')] };
  const { success, data, error } = userRow.safeParse(Object.fromEntries(values));
  if (success) return { line, row: data, faults: [] };
  return {
    line,
    row: null,
    faults: error.issues.map(({ path, message }) => fault(path.join('.'), message)),
  };
}

/** Users as a file that {@link readUserFile} reads, part by part. */
export async function* userFileText(
  pages: AsyncIterable<readonly UserView[]>,
): AsyncGenerator<string> {
  yield csvLine([...userColumns, ...shownColumns]);
  for await (const users of pages) yield users.map(userLine).join('');
}

function userLine(user: UserView): string {
  const cells: Record<string, string | null> = {
    email: user.email,
    name: user.name,
    plan_name: user.plan.name,
    username: user.username,
    role: user.role,
    status: user.status,
    metadata: Object.keys(user.metadata).length === 0 ? null : JSON.stringify(user.metadata),
    first_name: user.firstName,
    last_name: user.lastName,
    external_id: user.externalId,
    id: user.id,
    created_at: user.createdAt.toISOString(),
    last_login_at: user.lastLoginAt?.toISOString() ?? null,
  };
  return csvLine([...userColumns, ...shownColumns].map((column) => cells[column] ?? ''));
}

function badFile(line: number, message: string, cause?: unknown): DomainError {
  return new DomainError('bad_request', `Line ${line}: ${message}`, {
    cause,
    errors: [{ path: `lines.${line}`, message }],
  });
}
