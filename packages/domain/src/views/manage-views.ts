import {
  type createViewInput,
  type Parsed,
  type updateViewInput,
  type View as ViewOfList,
  viewsMax,
} from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import { authorize, notFound } from '../access/authorize.ts';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { withConstraints } from '../constraints.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { User } from '../users/user.ts';
import { View } from './view.ts';
import { viewShown } from './view-shown.ts';

const constraints = {
  views_name_unique: ['name_taken', 'There is a view of this name already.'],
} as const;

/**
 * Saves a view of a list: of the caller's own, or shared with all the staff.
 *
 * @throws DomainError forbidden, name_taken, bad_request (more than 100 views)
 */
export async function createView(
  ctx: DomainContext,
  { shared, ...fields }: Parsed<typeof createViewInput>,
): Promise<ViewOfList> {
  authorize(ctx.actor, 'views.use');
  return withConstraints(constraints, () =>
    ctx.em.transactional(async (em) => {
      const owner = ownerOf(em, ctx.actor, shared);
      const count = await em.count(View, { list: fields.list, owner });
      if (count >= viewsMax) {
        throw new DomainError(
          'bad_request',
          `There are ${viewsMax} views of this list. Delete one that nobody needs.`,
        );
      }
      const { now } = ctx;
      const view = em.create(View, {
        ...fields,
        id: newId(),
        owner,
        createdAt: now,
        updatedAt: now,
      });
      await em.flush();
      const shown = viewShown(view);
      await recordAudit(ctx, em, {
        action: 'views.created',
        target: targetOf(shown),
        after: shown,
      });
      return shown;
    }),
  );
}

/** Changes what is given. @throws DomainError not_found, forbidden, name_taken */
export async function updateView(
  ctx: DomainContext,
  { view: id, shared, ...fields }: Parsed<typeof updateViewInput>,
): Promise<ViewOfList> {
  return withConstraints(constraints, () =>
    ctx.em.transactional(async (em) => {
      const view = await findViewToChange(em, ctx.actor, id);
      const before = viewShown(view);
      if (fields.name !== undefined) view.name = fields.name;
      if (fields.search !== undefined) view.search = fields.search;
      if (shared !== undefined && shared !== before.shared) {
        view.owner = ownerOf(em, ctx.actor, shared);
      }
      view.updatedAt = ctx.now;
      await em.flush();
      const after = viewShown(view);
      const changed = changedValues(before, after);
      if (changed !== null) {
        await recordAudit(ctx, em, {
          action: 'views.updated',
          target: targetOf(after),
          ...changed,
        });
      }
      return after;
    }),
  );
}

/** @throws DomainError not_found, forbidden */
export async function deleteView(
  ctx: DomainContext,
  input: { view: string },
): Promise<{ id: string }> {
  return ctx.em.transactional(async (em) => {
    const view = await findViewToChange(em, ctx.actor, input.view);
    const before = viewShown(view);
    em.remove(view);
    await recordAudit(ctx, em, { action: 'views.deleted', target: targetOf(before), before });
    return { id: before.id };
  });
}

/** Whose a view becomes; null for everybody's. */
function ownerOf(em: EntityManager, actor: Actor, shared: boolean) {
  if (shared) {
    authorize(actor, 'views.share');
    return null;
  }
  if (actor.kind === 'user') return ref(em.getReference(User, actor.id));
  throw new DomainError('bad_request', 'Only a person has views of their own.', {
    errors: [{ path: 'shared', message: 'must be true, because the caller is no person' }],
  });
}

/** The views of others are not there, not even for admins. */
async function findViewToChange(em: EntityManager, actor: Actor, id: string): Promise<View> {
  authorize(actor, 'views.use');
  const view = await em.findOne(View, { id });
  const isOwn = actor.kind === 'user' && view?.owner?.id === actor.id;
  if (view === null || (view.owner != null && !isOwn)) throw notFound('view');
  if (view.owner == null) authorize(actor, 'views.share');
  return view;
}

function targetOf({ id, name }: ViewOfList) {
  return { kind: 'view', id, label: name };
}
