import type { View as ViewOfList } from '@apigate/contract';
import type { View } from './view.ts';

/** A view as every surface shows it. */
export function viewShown(view: View): ViewOfList {
  const { id, list, name, search, createdAt, updatedAt } = view;
  return { id, list, name, search, shared: view.owner == null, createdAt, updatedAt };
}
