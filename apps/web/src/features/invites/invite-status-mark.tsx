import type { Invite } from '@apigate/contract';
import { Status } from '@apigate/ui/status';
import { useNow } from '@apigate/ui/use-now';

export function InviteStatusMark({ invite }: { invite: Pick<Invite, 'expiresAt'> }) {
  const nowMs = useNow();
  return invite.expiresAt.getTime() > nowMs ? (
    <Status tone="warn" word="Waiting" />
  ) : (
    <Status tone="idle" word="Expired" reason="Invite again, and a new link goes out." />
  );
}
