import { styleText } from 'node:util';
import { csv, csvOfOne, snakeCase } from '@apigate/contract';
import type { Page } from '@apigate/sdk';
import Table from 'cli-table3';
import type { z } from 'zod';
import type { GlobalOptions } from './global-options.ts';

/** How a kind of thing is shown. */
export interface View<T> {
  /** What several of them are called. */
  plural: string;
  /** The contract's schema, which names the columns of CSV. */
  schema: z.ZodObject;
  /** The columns of a table, and the first lines of a single thing. */
  columns: Readonly<Record<string, (item: T) => string>>;
  /** Further lines of a single thing. */
  details: Readonly<Record<string, (item: T) => string>>;
}

/** How one thing is shown; without a schema, its fields are the columns of CSV. */
type ItemView<T> = Pick<View<T>, 'columns' | 'details'> & Partial<Pick<View<T>, 'schema'>>;

/** Where a command's answer goes: stdout as a table, JSON or CSV; remarks go to stderr. */
export interface Output {
  /** What the flags ask for. */
  readonly format: 'table' | 'json' | 'csv';
  /** One thing. */
  item<T extends object>(item: T, view: ItemView<T>): void;
  /** One page of things. */
  page<T extends object>(page: Page<T>, view: View<T>): void;
  /** A table under a heading, beside an item; only where people read. */
  section(heading: string, rows: readonly Readonly<Record<string, string>>[]): void;
  /** Text of several lines beside an item; only where people read. */
  passage(text: string): void;
  /** That something is done; `data` is what programs get to know of it. */
  done(sentence: string, data: object): void;
  /** Something to know beside the answer, for people. */
  remark(sentence: string): void;
}

/** The output that the flags ask for. */
export function createOutput(format: Pick<GlobalOptions, 'json' | 'csv'>): Output {
  const forPrograms = format.json === true || format.csv === true;
  const remark = (sentence: string) => {
    if (!format.json) process.stderr.write(`${sentence}\n`);
  };
  return {
    format: format.json ? 'json' : format.csv ? 'csv' : 'table',
    item(item, { columns, details, schema }) {
      if (format.json) return writeJson(item);
      if (format.csv) return writeCsv(schema ? csv(schema, [item]) : csvOfOne(item));
      const lines = Object.entries({ ...columns, ...details });
      writeTable(lines.map(([label, show]) => [heading(label), clean(show(item))]));
    },
    page(page, view) {
      if (format.json) return writeJson(page);
      if (format.csv) {
        writeCsv(csv(view.schema, page.data));
      } else if (page.data.length === 0) {
        remark(`No ${view.plural}.`);
      } else {
        const { columns } = view;
        const rows = page.data.map((item) =>
          Object.values(columns).map((show) => clean(show(item))),
        );
        writeTable([Object.keys(columns).map(heading), ...rows]);
      }
      if (page.nextCursor !== null) remark(`There are more: --cursor ${page.nextCursor}`);
    },
    section(title, rows) {
      const [first] = rows;
      if (forPrograms || first === undefined) return;
      process.stdout.write(`\n${heading(title)}\n`);
      writeTable([
        Object.keys(first).map(heading),
        ...rows.map((row) => Object.values(row).map(clean)),
      ]);
    },
    passage(text) {
      if (forPrograms) return;
      process.stdout.write(`\n${text.split('\n').map(clean).join('\n')}`);
    },
    done(sentence, data) {
      if (format.json) return writeJson(data);
      if (format.csv) return writeCsv(csvOfOne(data));
      process.stdout.write(`${clean(sentence)}\n`);
    },
    remark,
  };
}

function heading(label: string): string {
  return styleText('dim', label, { stream: process.stdout });
}

/** What a stranger typed must not steer the terminal. Colours of our own pass. */
function clean(cell: string): string {
  // oxlint-disable-next-line no-control-regex
  return cell.replaceAll(/(?!\x1b\[\d{1,2}m)\p{Cc}/gu, '\u{FFFD}');
}

function writeJson(value: object): void {
  process.stdout.write(`${JSON.stringify(snakeCase(value), null, 2)}\n`);
}

function writeCsv(text: string): void {
  process.stdout.write(text);
}

const noBorders = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((place) => [place, '']),
);

function writeTable(rows: string[][]): void {
  const table = new Table({
    chars: { ...noBorders, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows);
  process.stdout.write(`${table.toString().replaceAll(/ +$/gm, '')}\n`);
}
