import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { MailsSearch } from './mails-search.ts';

/** The outbox with its present filters, and one mail, as commands and as calls. */
export function mailsInCode({
  status,
  template,
  mail = 'ID',
}: MailsSearch): readonly [CodeSample, ...CodeSample[]] {
  return [
    {
      name: 'CLI',
      code: [
        commandText('apigate mails list', { status, template }),
        `apigate mails show ${mail}`,
        `apigate mails retry ${mail}`,
      ].join('\n'),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.mails.list(${sdkInput({ status, template })});`,
        `const { text } = await apigate.mails.get(${JSON.stringify(mail)});`,
        `await apigate.mails.retry(${JSON.stringify(mail)});`,
      ),
    },
  ];
}
