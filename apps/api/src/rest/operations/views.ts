import { page, view } from '@apigate/contract';
import { exampleIds } from '../example-ids.ts';
import { onOnePage } from '../on-one-page.ts';
import { viaProcedure, type OperationGroup } from '../operation.ts';

const params = { id: 'view' };
const path = { id: exampleIds.view };

export const views: OperationGroup = {
  name: 'Views',
  description:
    'Lists of the console as people want to see them again: filters, order and columns under a name.',
  operations: [
    viaProcedure(
      'GET /admin/views',
      'views.list',
      {
        summary: 'List the views of a list',
        description: 'Your own and those that are shared, by name.',
        example: { query: { list: 'users' } },
      },
      { output: page(view), answer: onOnePage },
    ),
    viaProcedure('POST /admin/views', 'views.create', {
      summary: 'Save a view',
      description: 'Only admins share.',
      status: 201,
      example: {
        body: { list: 'users', name: 'Nearly full', search: 'filter=quota_percent+%3E+80' },
      },
    }),
    viaProcedure('PUT /admin/views/{id}', 'views.update', {
      summary: 'Change a view',
      description: 'Changes the fields that are given.',
      params,
      example: { path, body: { name: 'Almost full' } },
    }),
    viaProcedure('DELETE /admin/views/{id}', 'views.delete', {
      summary: 'Delete a view',
      params,
      status: 204,
      example: { path },
    }),
  ],
};
