import { useState } from 'react';
import { IconBan, IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import type { CreatedKey, Key } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { useMe } from '../../lib/me.ts';
import { mayRotateKeysOf } from '../../lib/permissions.ts';
import { isEnded } from './key-words.ts';
import { mayRevoke, mayRotate } from './keys-table.tsx';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';
import { useTurnKey } from './use-turn-key.ts';

export interface KeyActionsProps {
  apiKey: Key;
  /** Takes the successor of the key, whose secret is shown this once. */
  onRotated: (successor: CreatedKey) => void;
  /** Whether it is to be rotated: who came for that is asked at once. */
  isRotating: boolean;
  onRotating: (isRotating: boolean) => void;
}

/** What the caller may do to a key, at the head of its page. */
export function KeyActions({ apiKey, onRotated, isRotating, onRotating }: KeyActionsProps) {
  const me = useMe();
  const turn = useTurnKey();
  const [isRevoking, setIsRevoking] = useState(false);
  const { id, user, enabled, status } = apiKey;
  const rotates = mayRotate(me, apiKey);
  return (
    <>
      {rotates && (
        <Button icon={<IconRefresh aria-hidden />} onClick={() => onRotating(true)}>
          Rotate…
        </Button>
      )}
      {mayRotateKeysOf(me, user) && !isEnded(status) && (
        <Button
          icon={enabled ? <IconPlayerPause aria-hidden /> : <IconPlayerPlay aria-hidden />}
          busy={turn.isPending}
          onClick={() => turn.mutate({ key: id, enabled: !enabled })}
        >
          {enabled ? 'Disable' : 'Enable'}
        </Button>
      )}
      {mayRevoke(me, apiKey) && (
        <Button icon={<IconBan aria-hidden />} onClick={() => setIsRevoking(true)}>
          Revoke…
        </Button>
      )}
      {isRotating && rotates && (
        <RotateKeyDialog
          apiKey={apiKey}
          onClose={() => onRotating(false)}
          onRotated={(successor) => {
            onRotating(false);
            onRotated(successor);
          }}
        />
      )}
      {isRevoking && <RevokeKeyDialog apiKey={apiKey} onClose={() => setIsRevoking(false)} />}
    </>
  );
}
