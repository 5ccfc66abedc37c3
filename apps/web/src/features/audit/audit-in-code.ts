import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { AuditSearch } from './audit-search.ts';

/** The audit log with its present filters, for reading and for keeping, as commands and as calls. */
export function auditInCode({
  action,
  user,
  since,
}: AuditSearch): readonly [CodeSample, ...CodeSample[]] {
  const filters = { action, user, since };
  const sinceInput = since === undefined ? '' : `since: new Date(${JSON.stringify(since)})`;
  const others = sdkInput({ action, user }).slice(2, -2);
  const input = [others, sinceInput].filter((part) => part !== '').join(', ');
  return [
    {
      name: 'CLI',
      code: [
        commandText('apigate audit list', filters),
        `${commandText('apigate audit export --format csv', filters)} > audit.csv`,
        'apigate audit verify',
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `for await (const event of apigate.audit.list(${input === '' ? '' : `{ ${input} }`})) {`,
        `  console.log(event.at, event.message);`,
        `}`,
        `const { intact } = await apigate.audit.verify();`,
      ),
    },
  ];
}
