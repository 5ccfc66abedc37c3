import { describe, expect, it } from 'vitest';
import { changedFields } from './changed-fields.ts';

describe('changedFields', () => {
  it('names what differs, in objects too, and things by their names', () => {
    const before = { name: 'Jane', plan: { id: '1', name: 'Free' }, metadata: { a: '1' } };
    const after = { name: 'Jane', plan: { id: '2', name: 'Pro' }, metadata: { b: '2' } };
    expect(changedFields({ before, after })).toEqual([
      { name: 'plan', before: 'Free', after: 'Pro' },
      { name: 'metadata.a', before: '1', after: undefined },
      { name: 'metadata.b', before: undefined, after: '2' },
    ]);
  });

  it('shows what was made, and nothing for a deed without values', () => {
    expect(changedFields({ before: null, after: { role: 'admin', limits: [1, 2] } })).toEqual([
      { name: 'role', before: undefined, after: 'admin' },
      { name: 'limits', before: undefined, after: '[1,2]' },
    ]);
    expect(changedFields({ before: null, after: null })).toEqual([]);
  });
});
