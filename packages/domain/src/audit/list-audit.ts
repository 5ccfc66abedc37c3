import type { AuditEvent, AuditRef, listAuditInput, Page, Parsed } from '@apigate/contract';
import type { FilterQuery } from '@mikro-orm/core';
import { authorize, notFound } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { idAfter, pageOf } from '../paging.ts';
import { findUser } from '../users/find-user.ts';
import { AuditRow } from './audit-row.ts';
import { auditView } from './audit-view.ts';

/** The audit log, newest first unless told. @throws DomainError not_found (user) */
export async function listAudit(
  ctx: DomainContext,
  input: Parsed<typeof listAuditInput>,
): Promise<Page<AuditEvent>> {
  authorize(ctx.actor, 'audit.read');
  const conditions: FilterQuery<AuditRow>[] = [];
  const isUpwards = input.order === 'oldest';
  const after = idAfter(input.cursor);
  if (after !== undefined) conditions.push({ id: isUpwards ? { $gt: after } : { $lt: after } });
  if (input.action !== undefined) conditions.push({ action: input.action });
  if (input.target !== undefined) conditions.push({ targetId: input.target });
  if (input.since !== undefined) conditions.push({ at: { $gte: input.since } });
  if (input.until !== undefined) conditions.push({ at: { $lt: input.until } });
  if (input.user !== undefined) {
    const { id } = await findUser(ctx.em, input.user);
    conditions.push({ $or: [{ actorId: id }, { targetId: id }] });
  }
  const rows = await ctx.em.find(
    AuditRow,
    { $and: conditions },
    { orderBy: { id: isUpwards ? 'asc' : 'desc' }, limit: input.limit + 1 },
  );
  return pageOf(rows.map(auditView), input.limit);
}

/** One deed. @throws DomainError not_found */
export async function getAuditEvent(ctx: DomainContext, { event }: AuditRef): Promise<AuditEvent> {
  authorize(ctx.actor, 'audit.read');
  const row = await ctx.em.findOne(AuditRow, { id: event });
  if (row === null) throw notFound('audit event');
  return auditView(row);
}
