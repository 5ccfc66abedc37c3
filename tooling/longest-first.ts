import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where the tests are that start whole gateways; the longest stand first. */
const longest: readonly string[] = [
  'tooling/documents/examples.test.ts',
  'tooling/drills.test.ts',
  'apps/api/src/fuzz.test.ts',
  'apps/api/src/routers/access.test.ts',
  'tooling/',
  'apps/cli/src/',
];

/** Starts what takes long first, because a long file that starts last runs while the other workers idle. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((start) => path.relative(root, moduleId).startsWith(start));
      return at === -1 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
