import { type Listing, wholeListing } from './listing.ts';
import type { Transport } from './transport.ts';
import type { Accepted, Session } from './types.ts';

/** Where a user is signed in. */
export function sessionsApi(transport: Transport) {
  return {
    /** The sessions of a user (id, e-mail, username or external id), or of the caller; the last used first. */
    list: (user?: string): Listing<Session> =>
      wholeListing(() => transport.query('sessions.list', { user })),
    /** Signs out there, at once. */
    end: (id: string): Promise<Accepted> => transport.mutate('sessions.end', { session: id }),
    /** Ends every session of the caller but this one. */
    endOthers: (): Promise<Accepted> => transport.mutate('sessions.endOthers'),
  };
}
