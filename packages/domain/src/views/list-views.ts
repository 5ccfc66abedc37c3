import type { listViewsInput, Parsed, View as ViewOfList } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { View } from './view.ts';
import { viewShown } from './view-shown.ts';

/** The caller's views of a list and those that are shared, by name. */
export async function listViews(
  { em, actor }: DomainContext,
  { list }: Parsed<typeof listViewsInput>,
): Promise<{ data: ViewOfList[] }> {
  authorize(actor, 'views.use');
  const owner = actor.kind === 'user' ? [null, actor.id] : [null];
  const views = await em.find(
    View,
    { list, $or: owner.map((one) => ({ owner: one })) },
    { orderBy: { name: 'asc', id: 'asc' } },
  );
  return { data: views.map(viewShown) };
}
