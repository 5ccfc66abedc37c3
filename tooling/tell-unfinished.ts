import path from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** Tells, when the tests are stopped before they are done, which files were under way. */
// oxlint-disable-next-line import/no-default-export -- how Vitest finds a reporter
export default class TellUnfinished implements Reporter {
  readonly #running = new Set<string>();

  constructor() {
    process.once('SIGTERM', () => {
      console.log(`Stopped while these ran:\n${[...this.#running].join('\n')}`);
    });
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#running.add(path.relative(process.cwd(), moduleId));
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    this.#running.delete(path.relative(process.cwd(), moduleId));
  }
}
