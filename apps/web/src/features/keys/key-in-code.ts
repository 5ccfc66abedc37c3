import type { Key } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from '../../lib/curl-text.ts';
import { sdkText } from '../../lib/sdk-text.ts';

/** What the page of a key does, as commands and as calls. */
export function keyInCode({ id }: Key): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        `apigate keys get ${id}`,
        `apigate keys disable ${id}`,
        `apigate keys enable ${id}`,
        `apigate keys rotate ${id} --overlap 86400`,
        `apigate keys revoke ${id}`,
      ].join('\n'),
    },
    {
      name: 'curl',
      code: [
        curlText(`/admin/keys/${id}`),
        curlText(`/admin/keys/${id}/rotate`, {}, 'POST'),
        curlText(`/admin/keys/${id}`, {}, 'DELETE'),
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const key = await apigate.keys.get('${id}');`,
        `await apigate.keys.update('${id}', { enabled: false });`,
        `const { successor } = await apigate.keys.rotate('${id}', { overlapSeconds: 86400 });`,
        `await apigate.keys.revoke('${id}');`,
      ),
    },
  ];
}
