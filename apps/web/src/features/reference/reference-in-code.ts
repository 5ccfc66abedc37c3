import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { shellQuoted } from '../../lib/shell-text.ts';

/** Giving a document, as calls. @param url where the present one came from, if from anywhere */
export function referenceInCode(url: string | undefined): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'curl',
      code: [
        `curl -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/yaml' \\`,
        `  --data-binary @openapi.yaml ${shellQuoted(`${location.origin}/admin/reference`)}`,
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `await apigate.reference.fetch(${sdkInput({ url: url ?? 'https://api.example.com/openapi.json' })});`,
      ),
    },
  ];
}
