import type { AuditAction } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import { User } from '../users/user.ts';
import { chainHash, headMac, tokenised, type AuditContent } from './audit-chain.ts';
import { AuditRow, type AuditValues } from './audit-row.ts';

/** A deed to be recorded. Secrets must not be in it. */
export interface Deed {
  action: AuditAction;
  target?: { kind: string; id: string | null; label: string | null };
  before?: AuditValues;
  after?: AuditValues;
  /** Who did it, where that is not the caller: who has just signed in. */
  by?: { id: string; email: string };
}

/**
 * Records a deed in the transaction of the change itself. Call it last: from here to the commit, others who record
 * wait, because each event is chained to the one before.
 *
 * @param em the transaction's entity manager.
 */
export async function recordAudit(
  ctx: DomainContext,
  em: EntityManager,
  deed: Deed,
): Promise<void> {
  await em.flush();
  const actor = await describeActor(em, ctx.actor, deed.by);
  await em.transactional(async (tx) => {
    const [head]: { seq: string; hash: string }[] = await tx.execute(
      'select seq, hash from audit_head for update',
    );
    if (head === undefined) throw new Error('the audit log has lost its head');
    const personal: Record<string, string> = {};
    const masked = (value: unknown) => tokenised(ctx.secrets, value, personal);
    const content: AuditContent = {
      id: newId(),
      seq: Number(head.seq) + 1,
      at: ctx.now,
      action: deed.action,
      actorKind: actor.kind,
      actorId: actor.id,
      actorLabel: text(masked(actor.label)),
      targetKind: deed.target?.kind ?? null,
      targetId: deed.target?.id ?? null,
      targetLabel: text(masked(deed.target?.label ?? null)),
      before: values(masked(deed.before)),
      after: values(masked(deed.after)),
      ip: ctx.origin?.ip ?? null,
      userAgent: ctx.origin?.userAgent ?? null,
      requestId: ctx.origin?.requestId ?? null,
    };
    const hash = chainHash(ctx.secrets, head.hash, content);
    tx.create(AuditRow, { ...content, personal, hash });
    await tx.flush();
    const mac = headMac(ctx.secrets, content.seq, hash);
    await tx.execute('update audit_head set seq = ?, hash = ?, mac = ?', [content.seq, hash, mac]);
  });
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function values(value: unknown): AuditValues | null {
  return typeof value === 'object' && value !== null ? (value as AuditValues) : null;
}

async function describeActor(
  em: EntityManager,
  actor: Actor,
  by: Deed['by'],
): Promise<{ kind: Actor['kind']; id: string | null; label: string | null }> {
  if (by !== undefined) return { kind: 'user', id: by.id, label: by.email };
  switch (actor.kind) {
    case 'user': {
      const user = await em.findOne(User, { id: actor.id });
      return { kind: 'user', id: actor.id, label: user?.email ?? null };
    }
    case 'service':
      return { kind: 'service', id: actor.id, label: actor.name };
    case 'anonymous':
    case 'system':
      return { kind: actor.kind, id: null, label: null };
  }
}
