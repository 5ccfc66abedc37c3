import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from '../../lib/curl-text.ts';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { KeysSearch } from './keys-search.ts';

/** The list of all keys with its filters, as a command and as calls. */
export function allKeysInCode(search: KeysSearch): readonly [CodeSample, ...CodeSample[]] {
  const { lastFour, expiresWithinDays, unusedDays, ...same } = search;
  return [
    {
      name: 'CLI',
      code: commandText('apigate keys list', {
        ...same,
        'last-four': lastFour,
        'expires-within-days': expiresWithinDays?.toString(),
        'unused-days': unusedDays?.toString(),
      }),
    },
    {
      name: 'curl',
      code: curlText('/admin/keys', {
        ...same,
        last_four: lastFour,
        expires_within_days: expiresWithinDays,
        unused_days: unusedDays,
      }),
    },
    {
      name: 'SDK',
      code: sdkText(`const page = await apigate.keys.list(${sdkInput(search)});`),
    },
  ];
}
