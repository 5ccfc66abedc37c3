import { keepPreviousData } from '@tanstack/react-query';
import type { Invite } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import type { InvitesSearch } from './invites-search.ts';

/** Invitations that wait to be accepted, newest first. */
export function invitesQuery(search: InvitesSearch) {
  const input = { ...search, limit: 50 };
  return {
    ...pagedQuery<Invite>(trpc.invites.list.infiniteQueryKey(input), (cursor, signal) =>
      client.invites.list.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}
