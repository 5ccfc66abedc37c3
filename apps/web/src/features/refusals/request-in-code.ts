import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';

/** Why one request was decided as it was, as a command and as calls. */
export function requestInCode(requestId: string): readonly [CodeSample, ...CodeSample[]] {
  return [
    { name: 'CLI', code: `apigate usage explain ${requestId}` },
    {
      name: 'curl',
      code: `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/admin/usage/events/${requestId}/explanation`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `const { event, steps, today } = await apigate.usage.explain(${JSON.stringify(requestId)});`,
      ),
    },
  ];
}
