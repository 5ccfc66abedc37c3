import path from 'node:path';
import { expect, test } from 'vitest';
import { asvsIdsInTests, asvsItems } from './asvs.ts';

const root = path.resolve(import.meta.dirname, '..');

test('every applicable item of the ASVS has a test that is named after it, or a reason', () => {
  const found = asvsIdsInTests(root);
  const covered = Object.keys(asvsItems).filter((id) => found.has(id));
  console.log(`asvs: ${covered.length} of ${Object.keys(asvsItems).length} items covered`);
  for (const [id, { uncovered }] of Object.entries(asvsItems)) {
    if (uncovered === undefined) expect(found.get(id), `${id} has no test`).toBeDefined();
    else expect(found.get(id), `${id} has a test, and a reason for having none`).toBeUndefined();
  }
  expect([...found.keys()].filter((id) => asvsItems[id] === undefined)).toEqual([]);
});
