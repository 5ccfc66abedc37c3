import type { MailStatus, MailTemplate } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { mailStatusText, mailTemplateText } from './mail-words.ts';

/** The filters of the outbox and the mail that is open, as they stand in its address. */
export interface MailsSearch {
  status?: MailStatus;
  template?: MailTemplate;
  /** Id of the open mail. */
  mail?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readMailsSearch(search: Readonly<Record<string, unknown>>): MailsSearch {
  return withoutUndefined<MailsSearch>({
    status: choiceParam(search['status'], Object.keys(mailStatusText) as MailStatus[]),
    template: choiceParam(search['template'], Object.keys(mailTemplateText) as MailTemplate[]),
    mail: textParam(search['mail']),
  });
}
