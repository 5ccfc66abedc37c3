import { csvLine, unescapedCell } from '@apigate/contract';
import { readCsv } from '../../lib/read-csv.ts';

/** What a column of a file can be. */
export const fileFields = [
  { value: 'email', label: 'E-mail' },
  { value: 'name', label: 'Name' },
  { value: 'plan_name', label: 'Plan' },
  { value: 'username', label: 'Username' },
  { value: 'role', label: 'Role' },
  { value: 'status', label: 'Status' },
  { value: 'metadata', label: 'Metadata (JSON)' },
  { value: 'first_name', label: 'First name' },
  { value: 'last_name', label: 'Last name' },
  { value: 'external_id', label: 'External id' },
] as const;
export type FileField = (typeof fileFields)[number]['value'];

/** The beginning of a file, and what its columns are taken for. */
export interface UserFile {
  file: File;
  headers: readonly string[];
  /** The first rows after the header. */
  rows: readonly (readonly string[])[];
  /** Bytes of the first line, a byte-order mark among them. */
  headerBytes: number;
}

const beginningBytes = 256 * 1024;
const rowsShown = 5;

/** Looks at the beginning of a file; undefined where there is nothing that could be a header. */
export async function openUserFile(file: File): Promise<UserFile | undefined> {
  // The mark stays in the text, so that characters and bytes can be counted together.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = decoder.decode(await file.slice(0, beginningBytes).arrayBuffer());
  const mark = text.startsWith('\ufeff') ? 1 : 0;
  const { rows, headerChars } = readCsv(text.slice(mark), rowsShown + 1);
  const [headers, ...rest] = rows;
  if (headers === undefined) return undefined;
  const headerBytes = new TextEncoder().encode(text.slice(0, mark + headerChars)).length;
  return { file, headers: headers.map((header) => header.trim()), rows: rest, headerBytes };
}

/** The file with the names of fields in its first line. @param fields of each column; undefined leaves it out */
export function mappedFile(
  { file, headerBytes }: UserFile,
  fields: readonly (FileField | undefined)[],
): Blob {
  const header = csvLine(fields.map((field) => field ?? '')).trimEnd();
  return new Blob([header, file.slice(headerBytes)], { type: 'text/csv' });
}

const otherNames: Readonly<Record<string, FileField>> = {
  mail: 'email',
  emailaddress: 'email',
  plan: 'plan_name',
  planid: 'plan_name',
  planslug: 'plan_name',
  fullname: 'name',
  displayname: 'name',
  company: 'name',
  user: 'username',
  login: 'username',
  givenname: 'first_name',
  surname: 'last_name',
  familyname: 'last_name',
  customerid: 'external_id',
  externalid: 'external_id',
};

/** What each column is by its name, the first of several that could be the same. */
export function guessFields(headers: readonly string[]): (FileField | undefined)[] {
  const taken = new Set<FileField>();
  return headers.map((header) => {
    const plain = unescapedCell(header)
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '');
    const field =
      fileFields.find(({ value }) => value.replaceAll('_', '') === plain)?.value ??
      otherNames[plain];
    if (field === undefined || taken.has(field)) return undefined;
    taken.add(field);
    return field;
  });
}
