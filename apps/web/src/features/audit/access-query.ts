import { keepPreviousData } from '@tanstack/react-query';
import type { AccessRecord } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import type { AccessSearch } from './access-search.ts';

/** Requests to the control plane, newest first. */
export function accessQuery(search: AccessSearch) {
  const input = { ...search, limit: 50 };
  return {
    ...pagedQuery<AccessRecord>(trpc.audit.access.infiniteQueryKey(input), (cursor, signal) =>
      client.audit.access.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}
