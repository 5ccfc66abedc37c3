import { useSuspenseQuery } from '@tanstack/react-query';
import type { Caller, User } from '@apigate/contract';
import { rememberSignIn } from './session.ts';
import { queryClient, trpc } from './trpc.ts';

const meOptions = trpc.auth.me.queryOptions(undefined, { staleTime: 60_000 });

/** The person who is signed in; fails with `unauthenticated` when nobody is. */
export async function fetchMe(): Promise<User> {
  return userOf(await queryClient.ensureQueryData(meOptions));
}

/** Signed in anew: nothing that another person saw stays. */
export function becomeMe(user: User): void {
  queryClient.removeQueries();
  const caller: Caller = { kind: 'user', user };
  queryClient.setQueryData(meOptions.queryKey, caller);
  rememberSignIn();
}

export function useMe(): User {
  return userOf(useSuspenseQuery(meOptions).data);
}

function userOf(caller: Caller): User {
  if (caller.kind !== 'user') throw new Error('A service key has no place in a browser');
  return caller.user;
}
