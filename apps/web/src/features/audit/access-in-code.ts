import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { AccessSearch } from './access-search.ts';

/** The access records with their present filter, as a command and as a call. */
export function accessInCode({ user }: AccessSearch): readonly [CodeSample, ...CodeSample[]] {
  return [
    { name: 'CLI', code: commandText('apigate audit access', { user }) },
    {
      name: 'SDK',
      code: sdkText(`const page = await apigate.audit.access(${sdkInput({ user })});`),
    },
  ];
}
