import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  AccessRecord,
  AuditEvent,
  AuditVerdict,
  ListAccessInput,
  ListAuditInput,
} from './types.ts';

/** Who did what, and who called the control plane. */
export function auditApi(transport: Transport) {
  return {
    /** Deeds, newest first; `await` for one page, `for await` for every one. */
    list: (input: ListAuditInput = {}): Listing<AuditEvent> =>
      listing((cursor = input.cursor) => transport.query('audit.list', { ...input, cursor })),
    /** One deed, by its id. */
    get: (event: string): Promise<AuditEvent> => transport.query('audit.get', { event }),
    /** Whether the log is as it was written, and where it is not. */
    verify: (): Promise<AuditVerdict> => transport.query('audit.verify'),
    /** Requests to the control plane, newest first; `await` for one page, `for await` for every one. */
    access: (input: ListAccessInput = {}): Listing<AccessRecord> =>
      listing((cursor = input.cursor) => transport.query('audit.access', { ...input, cursor })),
  };
}
