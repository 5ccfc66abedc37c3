import { spawn, type ChildProcess } from 'node:child_process';

/** How a program ended, and what it printed if that was collected. */
export interface ToolResult {
  isGood: boolean;
  output: string;
}

interface ToolOptions {
  cwd: string;
  env?: Record<string, string>;
  /** When to stop it if it has not ended by itself. */
  timeoutMs?: number;
  /** Whether its output goes to the terminal as it comes, instead of into the result. */
  isLive?: boolean;
}

const running = new Set<ChildProcess>();

/** Runs a program, found in PATH, without a shell. */
export function runTool(file: string, args: string[], options: ToolOptions): Promise<ToolResult> {
  const { promise, resolve } = Promise.withResolvers<ToolResult>();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutMs,
    stdio: options.isLive ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  child.once('error', (error) => (output += `${file}: ${error.message}`));
  child.once('close', (code) => {
    running.delete(child);
    resolve({ isGood: code === 0, output });
  });
  return promise;
}

/** Asks the programs that run now to stop. */
export function stopTools(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}
