import { cpus, release, totalmem, type } from 'node:os';
import { run } from './programs.ts';

/** What it was measured on, in a line that names no machine. */
export async function describeMachine(): Promise<string> {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const nginx = /nginx\/([\d.]+)/.exec(await run(['sh', '-c', 'nginx -v 2>&1']))?.[1];
  const wrk = /wrk (?:debian\/)?([\d.]+)/.exec(await run(['sh', '-c', 'wrk -v 2>&1 || true']))?.[1];
  return [
    `${processors.length} × ${model}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    `nginx ${nginx}`,
    `wrk ${wrk}`,
  ].join(', ');
}
