import { useMutation } from '@tanstack/react-query';
import { endSession } from '../../lib/session.ts';
import { trpc } from '../../lib/trpc.ts';

/** Ends the session of this browser; the server may be silent. */
export function useSignOut() {
  return useMutation(
    trpc.auth.signOut.mutationOptions({ onSettled: () => endSession('signedOut') }),
  );
}
