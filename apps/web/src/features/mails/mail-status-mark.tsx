import type { Mail, MailStatus } from '@apigate/contract';
import { Status } from '@apigate/ui/status';
import { mailStatusText } from './mail-words.ts';

export interface MailStatusMarkProps {
  mail: Pick<Mail, 'status' | 'attempts' | 'lastError'>;
}

export function MailStatusMark({ mail }: MailStatusMarkProps) {
  if (mail.status === 'queued' && mail.attempts > 0)
    return <Status tone="warn" word="Trying again" reason={mail.lastError} />;
  return (
    <Status
      tone={tones[mail.status]}
      word={mailStatusText[mail.status]}
      reason={mail.status === 'kept' ? 'There was no mail server to send it.' : mail.lastError}
    />
  );
}

const tones = {
  queued: 'idle',
  kept: 'warn',
  sent: 'good',
  failed: 'bad',
} as const satisfies Record<MailStatus, string>;
