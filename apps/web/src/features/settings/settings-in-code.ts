import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';

/** Reading, changing and putting back a setting, as commands and as calls. */
export function settingsInCode(): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        'apigate settings list',
        'apigate settings set require_email_verification true',
        'apigate settings unset require_email_verification',
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.settings.list();`,
        `await apigate.settings.set('require_email_verification', true);`,
        `await apigate.settings.unset('require_email_verification');`,
      ),
    },
  ];
}
