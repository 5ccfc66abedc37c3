/**
 * Builds `dist`, the package as it is published: for each entry a module for `import`, one for `require`, and their
 * types. Nothing is left to install beside them: the libraries are bundled in, and the contract's types are written out,
 * so that no name of zod or tRPC remains.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'tsdown';

const packageDir = import.meta.dirname;
const distDir = join(packageDir, 'dist');
const workDir = join(distDir, 'work');
const modulesDir = join(packageDir, 'node_modules');
const manifest: Manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
/** What can be imported (`.`, `./express`), and the names of the built files for it. */
const entries = Object.entries(manifest.exports).map(([path, source]) => ({
  path,
  name: basename(source, '.ts'),
}));

interface Manifest {
  exports: Record<string, string>;
}

/** The libraries that end up in the bundle, and where they are installed. */
const bundled = {
  '@trpc/client': join(modulesDir, '@trpc/client'),
  '@trpc/server': join(modulesDir, '@trpc/server'),
  superjson: join(modulesDir, 'superjson'),
  'copy-anything': join(realpathSync(join(modulesDir, 'superjson')), '../copy-anything'),
};

rmSync(distDir, { recursive: true, force: true });
cpSync(join(packageDir, 'src'), join(workDir, 'src'), {
  recursive: true,
  filter: (path) => !path.endsWith('.test.ts'),
});
writeFileSync(join(workDir, 'src/types.ts'), expandedTypes());
writeProject('tsconfig.json', {}, ['src']);
await build({
  cwd: packageDir,
  config: false,
  entry: Object.fromEntries(entries.map(({ name }) => [name, `dist/work/src/${name}.ts`])),
  tsconfig: 'dist/work/tsconfig.json',
  outDir: distDir,
  clean: false,
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  dts: true,
  deps: {
    neverBundle: ['hono'],
    alwaysBundle: [/^@trpc\//, 'superjson'],
    onlyBundle: Object.keys(bundled),
  },
  logLevel: 'error',
});
rmSync(workDir, { recursive: true });
writeFileSync(join(distDir, 'package.json'), publishedManifest());
cpSync(join(packageDir, 'README.md'), join(distDir, 'README.md'));
cpSync(join(packageDir, '../../LICENSE'), join(distDir, 'LICENSE'));
writeFileSync(join(distDir, 'THIRD_PARTY_LICENSES'), licensesOfBundled());

/** Who passes on a library, passes on its notice. */
function licensesOfBundled(): string {
  return Object.entries(bundled)
    .map(([name, dir]) => `${name}\n\n${readFileSync(join(dir, 'LICENSE'), 'utf8').trim()}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Our package.json without what only the workspace needs, and with the built files in place of the sources. */
function publishedManifest(): string {
  const filesOf = (name: string) => ({
    import: { types: `./${name}.d.ts`, default: `./${name}.js` },
    require: { types: `./${name}.d.cts`, default: `./${name}.cjs` },
  });
  const published: Record<string, unknown> = {
    ...manifest,
    main: './index.cjs',
    types: './index.d.cts',
    exports: Object.fromEntries(entries.map(({ path, name }) => [path, filesOf(name)])),
    files: ['*.js', '*.cjs', '*.d.ts', '*.d.cts', 'THIRD_PARTY_LICENSES'],
    publishConfig: { access: 'public' },
  };
  for (const field of ['dependencies', 'devDependencies', 'scripts']) delete published[field];
  return `${JSON.stringify(published, null, 2)}\n`;
}

/**
 * The types that `src/types.ts` names, in full. The compiler prints a constant's inferred type member by member, where
 * it would print an alias as the `z.infer<…>` that it is; so each type goes through a constant.
 */
function expandedTypes(): string {
  const source = readFileSync(join(packageDir, 'src/types.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name);
  const constants = [
    `import type * as contract from '@apigate/contract';`,
    // The type of any JSON value contains itself, so it cannot be written out.
    `type Json = NonNullable<contract.AuditEvent['before']>[string];`,
    `type Plain<T> = [Json] extends [T] ? unknown : Named<T>;`,
    // A schema contains schemas, and says so by its name.
    `type Named<T> = T extends contract.ApiSchema ? contract.ApiSchema : Members<T>;`,
    `type Members<T> = T extends Date ? T : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;`,
    `declare function plain<T>(): [Json] extends [T] ? unknown : Members<T>;`,
    ...names.map((name) => `export const ${name} = plain<contract.${name}>();`),
  ];
  mkdirSync(join(workDir, 'types'));
  writeFileSync(join(workDir, 'types/types.ts'), constants.join('\n'));
  writeProject(
    'tsconfig.types.json',
    { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: '../../../..' },
    ['types'],
  );
  const tsc = join(packageDir, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', join(workDir, 'tsconfig.types.json')], { stdio: 'inherit' });
  const declarations = readFileSync(join(workDir, 'types/types.d.ts'), 'utf8');
  return declarations
    .replaceAll(/^import .*$/gm, '')
    .replaceAll('contract.ApiSchema', 'ApiSchema')
    .replaceAll(/^export declare const (\w+):/gm, 'export type $1 =');
}

function writeProject(name: string, compilerOptions: object, include: string[]): void {
  const project = { extends: '../../tsconfig.build.json', compilerOptions, include, exclude: [] };
  writeFileSync(join(workDir, name), JSON.stringify(project));
}
