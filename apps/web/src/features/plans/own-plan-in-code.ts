import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';

/** The plans on offer and a change to one of them, as calls. @param slug of the plan that is changed to */
export function ownPlanInCode(slug: string): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'SDK',
      code: sdkText(
        `const plans = await apigate.plans.list();`,
        `await apigate.plans.choose(${JSON.stringify(slug)});`,
      ),
    },
    {
      name: 'curl',
      code: [
        `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/v1/plans`,
        `curl -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
        `  -d '${JSON.stringify({ plan: slug })}' ${location.origin}/v1/plan`,
      ].join('\n'),
    },
  ];
}
