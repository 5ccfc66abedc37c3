import type { listSessionsInput, Parsed, Session as SessionView } from '@apigate/contract';
import { authorize, authorizeOn, notFound } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { findUser } from '../users/find-user.ts';
import { callerId } from './reauthenticate.ts';
import { Session } from './session.ts';

/** The running sessions of a user, the last used first. @throws DomainError not_found, forbidden */
export async function listSessions(
  ctx: DomainContext,
  input: Parsed<typeof listSessionsInput>,
): Promise<{ data: SessionView[] }> {
  const { em, actor, now } = ctx;
  authorize(actor, 'sessions.read');
  const user = await findUser(em, callerOrNamed(actor, input.user));
  authorizeOn(actor, 'sessions.read', user, 'users.read', 'user');
  const rows = await em.find(
    Session,
    { user: user.id, expiresAt: { $gt: now } },
    { orderBy: { rotatedAt: 'desc' } },
  );
  return {
    data: rows.map((row) => ({
      id: row.id,
      current: actor.kind === 'user' && actor.sessionId === row.id,
      ip: row.ip ?? null,
      userAgent: row.userAgent ?? null,
      createdAt: row.createdAt,
      lastUsedAt: row.rotatedAt,
      expiresAt: row.expiresAt,
    })),
  };
}

/** Ends one session. @throws DomainError not_found, forbidden */
export async function endSession(
  ctx: DomainContext,
  input: { session: string },
): Promise<{ ok: true }> {
  return ctx.em.transactional(async (em) => {
    const row = await em.findOne(Session, { id: input.session }, { populate: ['user'] });
    if (row === null) throw notFound('session');
    const user = row.user.$;
    authorizeOn(ctx.actor, 'sessions.end', user, 'sessions.read', 'session');
    em.remove(row);
    await recordAudit(ctx, em, {
      action: 'auth.session_ended',
      target: { kind: 'user', id: user.id, label: user.email },
      before: { session: row.id },
    });
    return { ok: true };
  });
}

/** Ends every session of the caller but this one. */
export async function endOtherSessions(ctx: DomainContext): Promise<{ ok: true }> {
  const { data } = await listSessions(ctx, { user: callerId(ctx) });
  for (const { id, current } of data) if (!current) await endSession(ctx, { session: id });
  return { ok: true };
}
