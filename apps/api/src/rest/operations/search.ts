import { viaProcedure, type OperationGroup } from '../operation.ts';

export const search: OperationGroup = {
  name: 'Search',
  description: 'Everything by name.',
  operations: [
    viaProcedure('POST /admin/search', 'search.find', {
      summary: 'Search everything',
      description:
        'What the caller may see of all that `q` names: part of a name or an address, the start or the end of a key, a whole key, an id. In a body, so that a key stands in no address.',
      example: { body: { q: 'jane' } },
    }),
  ],
};
