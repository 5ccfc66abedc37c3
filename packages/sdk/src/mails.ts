import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type { ListMailsInput, Mail, MailWithBody } from './types.ts';

/** The outbox, by id. */
export function mailsApi(transport: Transport) {
  return {
    /** Newest first; `await` for one page, `for await` for every mail. */
    list: (input: ListMailsInput = {}): Listing<Mail> =>
      listing((cursor = input.cursor) => transport.query('mails.list', { ...input, cursor })),
    /** With its text, until a mail server took it. */
    get: (id: string): Promise<MailWithBody> => transport.query('mails.get', { mail: id }),
    /** Tries once more to send a mail that was kept or failed. */
    retry: (id: string): Promise<Mail> => transport.mutate('mails.retry', { mail: id }),
  };
}
