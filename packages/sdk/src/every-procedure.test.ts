import { appRouter } from '@apigate/api/router';
import { expect, test } from 'vitest';
import { createApigate } from './create-apigate.ts';

test('has a method for every procedure of the control plane, by its name', () => {
  const apigate = createApigate({ url: 'http://127.0.0.1' });
  const methods = Object.entries(apigate).flatMap(([noun, verbs]) =>
    Object.keys(verbs).map((verb) => `${noun}.${verb}`),
  );
  const procedures = Object.keys(appRouter._def.procedures);
  expect(procedures.length).toBeGreaterThan(50);
  expect(procedures.filter((name) => !methods.includes(name))).toEqual([]);
});
