import { useSuspenseQuery } from '@tanstack/react-query';
import type { Caller, User } from '@apigate/contract';
import { forgetSignIn, rememberSignIn } from './session.ts';
import { atOnce, queryClient, trpc } from './trpc.ts';

const meOptions = trpc.auth.me.queryOptions(undefined, {
  trpc: { context: atOnce },
  staleTime: 60_000,
  // Who comes back from confirming the address in a mail should find it confirmed.
  refetchOnWindowFocus: ({ state: { data } }) =>
    data?.kind === 'user' && data.user.status === 'pending' ? 'always' : true,
});

/** The person who is signed in; fails with `unauthenticated` when nobody is. */
export async function fetchMe(): Promise<User> {
  return (await fetchCaller()).user;
}

/** Like `fetchMe`, with what the server wants of this person first. */
export async function fetchCaller(): Promise<UserCaller> {
  return userCaller(await queryClient.ensureQueryData(meOptions));
}

/** Signed in anew: nothing that another person saw stays. */
export function becomeMe(user: User): void {
  queryClient.removeQueries();
  // Of admins the server may want a second factor first, which only its next answer tells.
  if (user.role !== 'admin') {
    const caller: Caller = { kind: 'user', user, mustEnrolSecondFactor: false };
    queryClient.setQueryData(meOptions.queryKey, caller);
  }
  rememberSignIn();
}

/** The server has ended the sessions of this person, here too. */
export function becomeNobody(): void {
  queryClient.removeQueries();
  forgetSignIn();
}

/** What is known of the signed-in person has changed; ask again before the next page. */
export async function forgetMe(): Promise<void> {
  queryClient.removeQueries({ queryKey: meOptions.queryKey, type: 'inactive' });
  await queryClient.invalidateQueries({ queryKey: meOptions.queryKey });
}

export function useMe(): User {
  return userCaller(useSuspenseQuery(meOptions).data).user;
}

export type UserCaller = Extract<Caller, { kind: 'user' }>;

function userCaller(caller: Caller): UserCaller {
  if (caller.kind !== 'user') throw new Error('A service key has no place in a browser');
  return caller;
}
