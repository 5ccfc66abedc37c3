import { inspect } from 'node:util';
import { expect, test } from 'vitest';

import { Secret } from './secret.ts';

test('shows itself only when asked to', () => {
  const secret = new Secret('hunter2');
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret, { showHidden: true }),
  ];
  for (const text of shown) expect(text).toContain('[secret]');
  expect(shown.join('')).not.toContain('hunter2');
  expect(secret.reveal()).toBe('hunter2');
});
