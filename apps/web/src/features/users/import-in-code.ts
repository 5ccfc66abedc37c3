import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { shellQuoted } from '../../lib/shell-text.ts';

/** Checking and importing a file of users, as commands and as calls. @param file its name */
export function importInCode(file: string): readonly [CodeSample, ...CodeSample[]] {
  const quoted = shellQuoted(file);
  return [
    {
      name: 'CLI',
      code: [`apigate users import ${quoted} --dry-run`, `apigate users import ${quoted}`].join(
        '\n',
      ),
    },
    {
      name: 'curl',
      code: `curl -X POST '${location.origin}/admin/users/import?dry_run=true' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: text/csv' --data-binary ${shellQuoted(`@${file}`)}`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `const file = await openAsBlob(${JSON.stringify(file)}); // of node:fs`,
        `const report = await apigate.users.import(file, { dryRun: true });`,
      ),
    },
  ];
}
