import { type Listing, wholeListing } from './listing.ts';
import type { Transport } from './transport.ts';
import type { CreateViewInput, UpdateViewInput, View } from './types.ts';

/** Lists of the console as people want to see them again, by id. */
export function viewsApi(transport: Transport) {
  return {
    /** The caller's own views of a list, such as `users`, and those that are shared. */
    list: (list: string): Listing<View> =>
      wholeListing(() => transport.query('views.list', { list })),
    create: (input: CreateViewInput): Promise<View> => transport.mutate('views.create', input),
    /** Changes what is given. */
    update: (id: string, changes: Omit<UpdateViewInput, 'view'>): Promise<View> =>
      transport.mutate('views.update', { ...changes, view: id }),
    delete: (id: string): Promise<{ id: string }> => transport.mutate('views.delete', { view: id }),
  };
}
