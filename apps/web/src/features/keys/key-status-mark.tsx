import type { Key, KeyStatus } from '@apigate/contract';
import { useNow } from '@apigate/ui/use-now';
import { Status } from '@apigate/ui/status';

const marks = {
  live: { tone: 'good', word: 'Live' },
  disabled: { tone: 'idle', word: 'Disabled' },
  expired: { tone: 'bad', word: 'Expired' },
  replaced: { tone: 'bad', word: 'Replaced' },
  revoked: { tone: 'bad', word: 'Revoked' },
} as const satisfies Record<KeyStatus, { tone: string; word: string }>;

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
  return isExpiring ? <Status tone="warn" word="Expiring" /> : <Status {...marks[status]} />;
}
