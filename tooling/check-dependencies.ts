import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a package may take from the others; a package without a rule is a violation. */
interface Rule {
  /** The packages of ours that it may import. */
  ours: readonly string[];
  /** The packages of ours that it may take types from, and nothing else. */
  oursTypes?: readonly string[];
  /** The packages of ours that its test files may import besides. */
  oursInTests?: readonly string[];
  /** When given, the only packages of others that it may import. */
  theirs?: readonly string[];
  /** The packages of others that it must not know. */
  never?: RegExp;
  /** Whether it may import from `tooling/`, which is never shipped. */
  tooling?: true;
}

const api = '@apigate/api';
const contract = '@apigate/contract';
const domain = '@apigate/domain';
const e2e = '@apigate/e2e';
const config = '@apigate/config';
const operations = '@apigate/operations';
const local = '@apigate/local';
const sdk = '@apigate/sdk';
const ui = '@apigate/ui';

const rules: Readonly<Record<string, Rule>> = {
  'packages/contract': { ours: [], theirs: ['zod'] },
  'packages/config': { ours: [] },
  'packages/operations': { ours: [] },
  'packages/ui': { ours: [] },
  'packages/domain': { ours: [contract], never: /^(express|undici|react|react-dom|@trpc\/.*)$/ },
  'packages/sdk': { ours: [contract], oursInTests: [api, sdk] },
  'packages/local': { ours: [config, contract, domain] },
  'apps/api': { ours: [config, contract, domain, operations] },
  'apps/proxy': { ours: [config, contract, domain, operations] },
  'apps/cli': { ours: [config, contract, local, sdk] },
  'apps/web': { ours: [contract, ui], oursTypes: [api] },
  e2e: { ours: [contract, domain, sdk] },
  bench: { ours: [config, contract, domain, e2e, local, sdk], tooling: true },
};

/** Test files import what a test needs, which `theirs` does not have to list. */
const testTools = new Set(['vitest', 'fast-check']);

/** Compares every package.json and import with the direction that dependencies may take; returns the violations. */
export function checkDependencies(root: string): string[] {
  const folders = ['apps/*', 'packages/*', 'e2e', 'bench']
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .sort();
  return folders.flatMap((folder) => {
    const rule = rules[folder];
    if (rule === undefined) return [`${folder}: has no rule in tooling/check-dependencies.ts`];
    return [...checkManifest(root, folder, rule), ...checkSources(root, folder, rule)];
  });
}

function checkManifest(root: string, folder: string, rule: Rule): string[] {
  const file = path.join(folder, 'package.json');
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const declared = namesIn(manifest, 'dependencies').map((name) => ({ name, isDev: false }));
  declared.push(...namesIn(manifest, 'devDependencies').map((name) => ({ name, isDev: true })));
  return declared.flatMap(({ name, isDev }) => {
    // Tools are nobody's business; what sources import of them is checked there.
    if (isDev && rule.oursInTests?.includes(name) === true) return [];
    const isAllowed = isOurs(name) || !isDev ? allows(rule, name, isDev) : !rule.never?.test(name);
    return isAllowed ? [] : [`${file}: must not depend on ${name}`];
  });
}

function checkSources(root: string, folder: string, rule: Rule): string[] {
  const files = globSync('**/*.{ts,tsx}', {
    cwd: path.join(root, folder),
    exclude: (name) => ['node_modules', 'dist'].includes(name),
  });
  return files.sort().flatMap((name) => {
    const file = path.join(folder, name);
    return importsOf(readFileSync(path.join(root, file), 'utf8')).flatMap(
      ({ specifier, isType }) => {
        const problem = specifier.startsWith('.')
          ? checkRelative(rule, folder, file, specifier)
          : checkPackage(rule, file, specifier, isType);
        return problem === undefined ? [] : [`${file}: ${problem}`];
      },
    );
  });
}

function checkPackage(
  rule: Rule,
  file: string,
  specifier: string,
  isType: boolean,
): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (allows(rule, name, isType)) return undefined;
  const isForTests = testTools.has(name) || rule.oursInTests?.includes(name) === true;
  if (file.includes('.test.') && isForTests) return undefined;
  return rule.oursTypes?.includes(name) === true
    ? `may import types from ${specifier}, and nothing else`
    : `must not import ${specifier}`;
}

function checkRelative(
  rule: Rule,
  folder: string,
  file: string,
  specifier: string,
): string | undefined {
  const target = path.join(path.dirname(file), specifier);
  if (rule.tooling === true && target.startsWith(`tooling${path.sep}`)) return undefined;
  if (!target.startsWith(`${folder}${path.sep}`))
    return `must not reach out of its package to ${specifier}`;
  const feature = featureOf(file);
  const other = featureOf(target);
  if (feature === undefined || other === undefined || feature === other) return undefined;
  return `must not import from another feature, ${other}`;
}

function featureOf(file: string): string | undefined {
  return /^apps\/web\/src\/features\/([^/]+)\//.exec(file)?.[1];
}

function allows(rule: Rule, name: string, isType: boolean): boolean {
  if (isOurs(name))
    return rule.ours.includes(name) || (isType && rule.oursTypes?.includes(name) === true);
  return (rule.theirs === undefined || rule.theirs.includes(name)) && !rule.never?.test(name);
}

function isOurs(name: string): boolean {
  return name.startsWith('@apigate/');
}

function namesIn(manifest: unknown, field: string): string[] {
  const entries: unknown = Object.entries(manifest ?? {}).find(([name]) => name === field)?.[1];
  return Object.keys(entries ?? {});
}

function importsOf(source: string): { specifier: string; isType: boolean }[] {
  const statements = source.matchAll(
    /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...statements].map(([, type, named, dynamic]) => ({
    specifier: named ?? dynamic ?? '',
    isType: type !== undefined,
  }));
}
