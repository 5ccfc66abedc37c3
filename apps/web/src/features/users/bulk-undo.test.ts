import type { BulkUsersOutcome } from '@apigate/contract';
import { describe, expect, it } from 'vitest';
import { undoOf } from './bulk-undo.ts';

const pro = { id: 'pro-id', slug: 'pro', name: 'Pro' };
const free = { id: 'free-id', slug: 'free', name: 'Free' };

function outcome(id: string, user: Partial<NonNullable<BulkUsersOutcome['user']>> = {}) {
  return {
    ref: id,
    user: {
      id,
      email: `${id}@a.test`,
      status: 'active',
      suspendedReason: null,
      plan: pro,
      ...user,
    },
    skipped: null,
  } as const satisfies BulkUsersOutcome;
}

describe('undoOf', () => {
  it('gives those who were suspended back what they were, and leaves who was skipped', () => {
    const skipped = { code: 'forbidden', message: 'You may not do this.' } as const;
    const outcomes = [
      outcome('a'),
      outcome('b', { status: 'pending' }),
      { ...outcome('c'), skipped },
    ];
    expect(undoOf('suspend', outcomes)).toEqual([{ action: 'restore', users: ['a', 'b'] }]);
  });

  it('suspends again, each for the reason of before', () => {
    const outcomes = [
      outcome('a', { status: 'suspended', suspendedReason: 'unpaid' }),
      outcome('b', { status: 'suspended' }),
      outcome('c', { status: 'suspended', suspendedReason: 'unpaid' }),
    ];
    expect(undoOf('activate', outcomes)).toEqual([
      { action: 'suspend', users: ['a', 'c'], reason: 'unpaid' },
      { action: 'suspend', users: ['b'] },
    ]);
  });

  it('gives everybody the plan of before', () => {
    expect(undoOf('change_plan', [outcome('a'), outcome('b', { plan: free })])).toEqual([
      { action: 'change_plan', plan: 'pro-id', users: ['a'] },
      { action: 'change_plan', plan: 'free-id', users: ['b'] },
    ]);
  });

  it('has no way back from deletion', () => {
    expect(undoOf('delete', [outcome('a')])).toEqual([]);
  });
});
