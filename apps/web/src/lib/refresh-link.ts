import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import type { AppRouter } from '@apigate/api/router';
import { errorCodeOf } from './error-text.ts';
import { refreshSession } from './refresh-session.ts';

/** Calls that are about the session itself, and so are never repeated after a refresh. */
const sessionCalls = new Set(['auth.signIn', 'auth.refresh', 'auth.signOut']);

/**
 * Renews an expired session once and repeats the call; the caller does not notice. A subscription outlives sessions, so
 * for it the session is renewed again whenever something came since.
 */
export const refreshLink: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    observable((observer) => {
      let subscription: Unsubscribable | undefined;
      let isCancelled = false;

      function attempt(mayRefresh: boolean): void {
        subscription = next(op).subscribe({
          next: (value) => {
            observer.next(value);
            if (op.type === 'subscription' && 'data' in value.result) mayRefresh = true;
          },
          complete: () => observer.complete(),
          error: (error) => {
            if (
              !mayRefresh ||
              sessionCalls.has(op.path) ||
              errorCodeOf(error) !== 'unauthenticated'
            ) {
              observer.error(error);
              return;
            }
            refreshSession().then(
              () => {
                if (!isCancelled) attempt(false);
              },
              // Refused, the session is over; a silent server says nothing about it.
              (cause: unknown) => {
                const refusal = TRPCClientError.from<AppRouter>(
                  cause instanceof Error ? cause : new Error('The refresh failed', { cause }),
                );
                observer.error(errorCodeOf(refusal) === undefined ? refusal : error);
              },
            );
          },
        });
      }

      attempt(true);
      return () => {
        isCancelled = true;
        subscription?.unsubscribe();
      };
    });
