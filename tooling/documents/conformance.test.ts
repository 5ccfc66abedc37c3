import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startGateway } from '../../apps/cli/src/testing/gateway.ts';
import { expectThrottle } from './conformance/expect-throttle.ts';
import {
  expectHeadersUpstream,
  expectShape,
  readAssignments,
  runCommands,
  runGraphql,
  type Terminal,
} from './conformance/run-block.ts';
import { openStage, type Stage } from './conformance/stage.ts';
import { rowsWithTest } from './conformance/table-rows.ts';
import { readBlocks, readTables, type Block } from './read-document.ts';
import { ShellSession } from './shell-session.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = path.resolve(import.meta.dirname, '../..');
/** The documents that say what apigate is to do, where they stand beside the checkout. */
const sources = globSync(path.join(root, '../shared/sources/*.md')).sort();

const blocks = sources.flatMap((file) =>
  readBlocks(readFileSync(file, 'utf8')).map((block) => ({
    ...block,
    name: `${path.basename(file)}:${block.line}`,
  })),
);
const tables = sources.flatMap((file) => readTables(readFileSync(file, 'utf8')));
const isShell = ({ language }: Block): boolean => ['bash', 'sh', 'shell'].includes(language);
const isDrawing = ({ language, text }: Block): boolean => language === '' && text.startsWith('┌');
const showsHeaders = ({ language, text }: Block): boolean =>
  language === '' && /^(?:[\w-]+: .+(?:\n|$))+$/.test(text);
const toRun = blocks.filter((block) => isShell(block) || block.language === 'graphql');
/** The blocks that have run and done what they say. */
const proven = new Set<Block>();

const stack = new AsyncDisposableStack();
let stage: Stage;
let terminal: Terminal;

beforeAll(async () => {
  if (toRun.length === 0) return;
  const settings = Object.assign({}, ...toRun.filter(isShell).map(readAssignments));
  const gateway = stack.use(await startGateway(settings));
  const workDir = mkdtempSync(path.join(tmpdir(), 'apigate-conformance-'));
  stack.defer(() => rmSync(workDir, { recursive: true, maxRetries: 5 }));
  const env = {
    APIGATE_DATA_DIR: gateway.dataDir,
    CURL_HOME: workDir,
    XDG_CONFIG_HOME: path.join(workDir, 'config'),
  };
  const bin = path.join(root, 'node_modules/.bin');
  const all = { ...process.env, ...env, PATH: [bin, process.env['PATH']].join(path.delimiter) };
  terminal = { open: () => new ShellSession({ cwd: workDir, workDir, env: all }), env };
  stage = stack.use(await openStage(gateway.dataDir, workDir));
}, 60_000);

afterAll(async () => {
  await stack.disposeAsync();
  if (sources.length === 0) return;
  const rows = `${rowsWithTest(tables).length} of ${tables.flat().length} rows`;
  console.log(`${proven.size} of ${toRun.length} blocks, ${rows}`);
});

afterEach(async () => {
  // What a block has set binds that block alone.
  for (const { name } of (await stage?.rows('select name from settings')) ?? []) {
    await stage.api.settings.unset(String(name));
  }
});

test('every block is run, is compared with what one before it gave, or tells rows', () => {
  const unknown = blocks.filter((block) => {
    const before = blocks[blocks.indexOf(block) - 1];
    if (toRun.includes(block) || block.language === 'typescript') return false;
    if (block.language === 'json') return before?.language !== 'graphql';
    return !isDrawing(block) && !(showsHeaders(block) && before && isShell(before));
  });
  expect(unknown).toEqual([]);
});

test('every row of a table has its test', () => {
  expect(rowsWithTest(tables)).toEqual(tables.flat());
});

test.each(toRun)('$name runs as written, and does what it says', async (block) => {
  const next = blocks[blocks.indexOf(block) + 1];
  const variables = readAssignments(block);
  if (Object.keys(variables).length > 0) {
    await expectThrottle(stage, variables);
  } else if (isShell(block)) {
    await runCommands(stage, terminal, block);
  } else {
    const answer = await runGraphql(stage, block.text);
    if (next?.language === 'json') expectShape(answer, JSON.parse(next.text));
  }
  if (next !== undefined && showsHeaders(next)) await expectHeadersUpstream(stage, next.text);
  proven.add(block);
});
