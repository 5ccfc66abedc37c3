import type { Key, KeyStatus } from '@apigate/contract';
import { useNow } from '@apigate/ui/use-now';
import { Status } from '@apigate/ui/status';
import { keyStatusText } from './key-words.ts';

const tones = {
  live: 'good',
  disabled: 'idle',
  expired: 'bad',
  replaced: 'bad',
  revoked: 'bad',
} as const satisfies Record<KeyStatus, string>;

const expiringWithinMs = 7 * 24 * 3_600_000;

export interface KeyStatusMarkProps {
  apiKey: Pick<Key, 'status' | 'expiresAt' | 'replacedBy'>;
}

export function KeyStatusMark({ apiKey }: KeyStatusMarkProps) {
  const nowMs = useNow();
  const { status, expiresAt, replacedBy } = apiKey;
  if (status === 'live' && replacedBy !== null) return <Status tone="warn" word="Retiring" />;
  const isExpiring =
    status === 'live' && expiresAt !== null && expiresAt.getTime() - nowMs < expiringWithinMs;
  return isExpiring ? (
    <Status tone="warn" word="Expiring" />
  ) : (
    <Status tone={tones[status]} word={keyStatusText[status]} />
  );
}
