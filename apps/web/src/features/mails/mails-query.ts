import { keepPreviousData } from '@tanstack/react-query';
import type { Mail } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import type { MailsSearch } from './mails-search.ts';

/** The outbox, newest first. */
export function mailsQuery({ status, template }: Pick<MailsSearch, 'status' | 'template'>) {
  const input = {
    ...(status !== undefined && { status }),
    ...(template !== undefined && { template }),
    limit: 50,
  };
  return {
    ...pagedQuery<Mail>(trpc.mails.list.infiniteQueryKey(input), (cursor, signal) =>
      client.mails.list.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}
