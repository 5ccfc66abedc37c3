import type { AuditVerdict } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { chainHash, headMac, personToken, type AuditContent } from './audit-chain.ts';
import { AuditRow } from './audit-row.ts';

const rowsAtOnce = 1000;

/**
 * Follows the chain from the first event to the last. An event that was altered, removed, put in or reordered breaks
 * it, and so does a log that was cut off.
 */
export async function verifyAudit(ctx: DomainContext): Promise<AuditVerdict> {
  authorize(ctx.actor, 'audit.read');
  return ctx.em.transactional(
    async (em) => {
      const [head]: { seq: string; hash: string; mac: string }[] = await em.execute(
        'select seq, hash, mac from audit_head',
      );
      let seq = 0;
      let hash = '';
      const broken = (at: number, reason: string): AuditVerdict => ({
        intact: false,
        events: seq,
        brokenAt: { seq: at, reason },
      });
      for (;;) {
        const rows = await em.find(
          AuditRow,
          { seq: { $gt: seq } },
          { orderBy: { seq: 'asc' }, limit: rowsAtOnce },
        );
        for (const row of rows) {
          if (row.seq !== seq + 1) return broken(seq + 1, 'the event is missing');
          if (chainHash(ctx.secrets, hash, contentOf(row)) !== row.hash) {
            return broken(row.seq, 'the event is not as it was written');
          }
          const misnamed = Object.entries(row.personal).some(
            ([token, address]) => personToken(ctx.secrets, address) !== token,
          );
          if (misnamed) return broken(row.seq, 'an address in the event is not the one of then');
          seq = row.seq;
          hash = row.hash;
        }
        em.clear();
        if (rows.length < rowsAtOnce) break;
      }
      const mac = seq === 0 ? '' : headMac(ctx.secrets, seq, hash);
      if (
        head === undefined ||
        Number(head.seq) !== seq ||
        head.hash !== hash ||
        head.mac !== mac
      ) {
        return broken(seq + 1, 'the end of the log is missing');
      }
      return { intact: true, events: seq, brokenAt: null };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function contentOf(row: AuditRow): AuditContent {
  const { personal: _personal, hash: _hash, ...content } = wrap(row).toObject();
  return content as AuditContent;
}
