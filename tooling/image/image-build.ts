import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { runTool } from '../run-tool.ts';
import { copyContext } from './build-context.ts';
import { readDockerfile, type Stage } from './read-dockerfile.ts';

/** An image as far as it can be had without Docker: its files in a folder, and what it runs. */
export interface Image {
  /** The folder in which its command runs. */
  workDir: string;
  env: Record<string, string>;
  command: string[];
  user: string | null;
}

/**
 * Does what a Dockerfile says in folders of `dir`, a stage in each, with the programs of this machine in place of those
 * of the base image.
 */
export class ImageBuild {
  readonly #dir: string;
  readonly #context: string;
  readonly #stages: readonly Stage[];
  readonly #built = new Map<string, Image>();

  constructor(root: string, dir: string) {
    this.#dir = dir;
    this.#context = path.join(dir, 'context');
    this.#stages = readDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
    copyContext(root, this.#context);
  }

  /** Builds a stage and those that it needs. @throws Error with the output of the command that failed */
  async build(name: string): Promise<Image> {
    const done = this.#built.get(name);
    if (done !== undefined) return done;
    const stage = this.#stages.find((candidate) => candidate.name === name);
    if (stage === undefined) throw new Error(`The Dockerfile has no stage ${name}.`);
    const stageDir = path.join(this.#dir, name);
    const image = await this.#start(stage, stageDir);
    for (const instruction of stage.instructions) {
      switch (instruction.kind) {
        case 'workdir':
          image.workDir = path.join(stageDir, instruction.folder);
          mkdirSync(image.workDir, { recursive: true });
          break;
        case 'env':
          Object.assign(image.env, instruction.variables);
          break;
        case 'copy':
          await this.#copy(instruction, image);
          break;
        case 'run':
          await runIn(stageDir, image, instruction.command);
      }
    }
    image.command = [
      ...(stage.entrypoint.length > 0 ? stage.entrypoint : image.command),
      ...stage.command,
    ];
    image.user = stage.user ?? image.user;
    this.#built.set(name, image);
    return image;
  }

  async #start({ base }: Stage, stageDir: string): Promise<Image> {
    if (!this.#stages.some(({ name }) => name === base)) {
      mkdirSync(stageDir, { recursive: true });
      return { workDir: stageDir, env: {}, command: [], user: null };
    }
    const image = await this.build(base);
    const baseDir = path.join(this.#dir, base);
    cpSync(baseDir, stageDir, { recursive: true, verbatimSymlinks: true });
    const workDir = path.join(stageDir, path.relative(baseDir, image.workDir));
    return { ...image, env: { ...image.env }, workDir };
  }

  async #copy(
    { from, sources, target }: { from: string | null; sources: string[]; target: string },
    { workDir }: Image,
  ): Promise<void> {
    if (from !== null) await this.build(from);
    const root = from === null ? this.#context : path.join(this.#dir, from);
    for (const source of sources) {
      const given = path.join(root, source);
      // Of a folder the content is copied; a file keeps its name when the target is a folder.
      const isInto = target.endsWith('/') && statSync(given).isFile();
      const into = isInto ? path.join(target, path.basename(source)) : target;
      cpSync(given, path.join(workDir, into), { recursive: true, verbatimSymlinks: true });
    }
  }
}

async function runIn(stageDir: string, { workDir, env }: Image, command: string): Promise<void> {
  const prefix = path.join(stageDir, 'usr/local');
  const { isGood, output } = await runTool('sh', ['-c', command], {
    cwd: workDir,
    env: {
      ...env,
      npm_config_prefix: prefix,
      PATH: [path.join(prefix, 'bin'), process.env['PATH']].join(path.delimiter),
    },
  });
  if (!isGood) throw new Error(`RUN ${command}\n${output}`);
}
