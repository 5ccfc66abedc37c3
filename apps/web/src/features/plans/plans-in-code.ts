import type { Plan } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';

/** The plans, and a new one, as commands and as calls. */
export function plansInCode(): readonly [CodeSample, ...CodeSample[]] {
  const fields = { name: 'Team', price: '4900', 'monthly-quota': '50000', 'rate-limit': '300' };
  return [
    {
      name: 'CLI',
      code: ['apigate plans list', commandText('apigate plans create', fields)].join('\n'),
    },
    {
      name: 'curl',
      code: `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/admin/plans`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.plans.list();`,
        `await apigate.plans.create({`,
        `  name: 'Team',`,
        `  priceMonthlyCents: 4900,`,
        `  requestsPerMonth: 50_000,`,
        `  rateLimitPerMinute: 300,`,
        `});`,
      ),
    },
  ];
}

/** One plan: what other limits would do, and the change, with its present values. */
export function planInCode({
  slug,
  requestsPerMonth,
  rateLimitPerMinute,
}: Plan): readonly [CodeSample, ...CodeSample[]] {
  const flags = {
    'monthly-quota': String(requestsPerMonth ?? 'unlimited'),
    'rate-limit': String(rateLimitPerMinute ?? 'unlimited'),
  };
  const limits = `{ requestsPerMonth: ${requestsPerMonth}, rateLimitPerMinute: ${rateLimitPerMinute} }`;
  const body = JSON.stringify({
    requests_per_month: requestsPerMonth,
    rate_limit_per_minute: rateLimitPerMinute,
  });
  const post = (method: string, path: string): string =>
    `curl -X ${method} ${location.origin}/admin/plans/${slug}${path} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '${body}'`;
  return [
    {
      name: 'CLI',
      code: [
        commandText(`apigate plans effect ${slug}`, flags),
        commandText(`apigate plans update ${slug}`, flags),
      ].join('\n'),
    },
    { name: 'curl', code: [post('POST', '/effect'), post('PUT', '')].join('\n') },
    {
      name: 'SDK',
      code: sdkText(
        `const effect = await apigate.plans.effect(${JSON.stringify(slug)}, ${limits});`,
        `await apigate.plans.update(${JSON.stringify(slug)}, ${limits});`,
      ),
    },
  ];
}
