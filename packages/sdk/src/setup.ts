import type { Transport } from './transport.ts';
import type { SetupInput, SetupStatus, SignedIn } from './types.ts';

/** The first admin of an installation that has none. */
export function setupApi(transport: Transport) {
  return {
    status: (): Promise<SetupStatus> => transport.query('setup.status'),
    /** Makes the admin, with the one-time token from the server's terminal, and signs in. */
    complete: (input: SetupInput): Promise<SignedIn> => transport.mutate('setup.complete', input),
  };
}
