import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';
import { callerOf, type TestedRequest } from './routing-search.ts';

/** The test of a request as it stands in the page, the lists, and a new route, as commands and as calls. */
export function routingInCode({
  method = 'GET',
  path = '/v1/users',
  host,
  as,
}: TestedRequest): readonly [CodeSample, ...CodeSample[]] {
  const { user, key } = callerOf(as);
  const asked = { method, path, host, user, key };
  return [
    {
      name: 'CLI',
      code: [
        commandText(`apigate routes test ${method} ${shellQuoted(path)}`, { host, user, key }),
        'apigate routes list',
        'apigate upstreams create --name orders --url https://orders.internal.example',
        commandText('apigate routes create', {
          name: 'orders',
          path: '/orders/*',
          upstream: 'orders',
        }),
      ].join('\n'),
    },
    {
      name: 'curl',
      code: `curl -X POST ${location.origin}/admin/routes/test -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d ${shellQuoted(JSON.stringify(asked))}`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `const test = await apigate.routes.test(${sdkInput(asked)});`,
        `const page = await apigate.routes.list();`,
        `await apigate.routes.create({ name: 'orders', path: '/orders/*', upstream: 'orders' });`,
      ),
    },
  ];
}
