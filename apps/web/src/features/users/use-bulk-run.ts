import { useRef, useState } from 'react';
import type { BulkUsersInput, BulkUsersOutcome } from '@apigate/contract';
import { client } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

/** One thing to be done to some users. */
export type BulkStep = Pick<BulkUsersInput, 'action' | 'plan' | 'reason'> & { users: string[] };

export interface BulkRun {
  total: number;
  /** Of those who have had their turn. */
  outcomes: readonly BulkUsersOutcome[];
  state: 'running' | 'stopped' | 'over';
  /** Why it came to an end before its time. */
  error: unknown;
}

const usersAtOnce = 50;

/** Does things to many users, some at a time, so that one sees how far it is and can stop it. */
export function useBulkRun() {
  const [run, setRun] = useState<BulkRun>();
  const isStopped = useRef(false);

  async function start(steps: readonly BulkStep[]): Promise<void> {
    isStopped.current = false;
    const total = steps.reduce((sum, { users }) => sum + users.length, 0);
    let outcomes: readonly BulkUsersOutcome[] = [];
    const tell = (state: BulkRun['state'], error: unknown = null): void =>
      setRun({ total, outcomes, state, error });
    tell('running');
    try {
      for (const part of steps.flatMap(inParts)) {
        if (isStopped.current) break;
        const answer = await client.users.bulk.mutate(part);
        outcomes = [...outcomes, ...answer.users];
        tell('running');
      }
      tell(isStopped.current ? 'stopped' : 'over');
    } catch (error) {
      tell('stopped', error);
    }
    await refreshUserData();
  }

  return { run, start, stop: () => (isStopped.current = true) };
}

function inParts({ users, ...step }: BulkStep): BulkStep[] {
  const count = Math.ceil(users.length / usersAtOnce);
  return Array.from({ length: count }, (_, at) => ({
    ...step,
    users: users.slice(at * usersAtOnce, (at + 1) * usersAtOnce),
  }));
}
