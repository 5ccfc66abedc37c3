import type { UsageEvent } from '@apigate/contract';
import { Status } from '@apigate/ui/status';
import { statusTone } from '../../lib/status-tone.ts';

/** What a request was answered with, and by which rule where it was refused. */
export function RequestAnswer({
  request: { status, refusalCode },
}: {
  request: Pick<UsageEvent, 'status' | 'refusalCode'>;
}) {
  return (
    <Status
      tone={statusTone(status)}
      word={refusalCode === null ? String(status) : `${status} ${refusalCode}`}
    />
  );
}
