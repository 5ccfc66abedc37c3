import { page, settingView } from '@apigate/contract';
import { viaProcedure, type OperationGroup } from '../operation.ts';
import { onOnePage } from '../on-one-page.ts';

const params = { name: 'name' };

export const settings: OperationGroup = {
  name: 'Settings',
  description:
    'What can change while apigate runs. `{name}` is a name such as `password.min_length`.',
  operations: [
    viaProcedure(
      'GET /admin/settings',
      'settings.list',
      { summary: 'List settings', description: 'All of them; the values of secrets are null.' },
      { output: page(settingView), answer: onOnePage },
    ),
    viaProcedure('GET /admin/settings/{name}', 'settings.get', {
      summary: 'Get a setting',
      params,
      example: { path: { name: 'require_email_verification' } },
    }),
    viaProcedure('PUT /admin/settings/{name}', 'settings.set', {
      summary: 'Set a setting',
      description: 'In force everywhere within a second.',
      params,
      example: { path: { name: 'require_email_verification' }, body: { value: true } },
    }),
    viaProcedure('DELETE /admin/settings/{name}', 'settings.unset', {
      summary: 'Put a setting back to its default',
      description: 'The answer is the setting as it is then.',
      params,
      example: { path: { name: 'require_email_verification' } },
    }),
  ],
};
