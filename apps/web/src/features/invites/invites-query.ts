import type { Invite } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';

/** Invitations that wait to be accepted, newest first. */
export function invitesQuery() {
  const input = { limit: 50 };
  return pagedQuery<Invite>(trpc.invites.list.infiniteQueryKey(input), (cursor, signal) =>
    client.invites.list.query({ ...input, ...cursor }, { signal }),
  );
}
