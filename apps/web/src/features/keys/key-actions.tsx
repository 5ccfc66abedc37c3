import { useState } from 'react';
import type { CreatedKey, Key } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { useMe } from '../../lib/me.ts';
import { KeyActionDialog } from './key-action-dialog.tsx';
import { KeyActionIcon } from './key-action-icon.tsx';
import { keyActionsOf, keyActionText, type KeyAction } from './key-action-list.ts';
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
  const [asked, setAsked] = useState<'edit' | 'revoke'>();
  const actions = keyActionsOf(me, apiKey);
  const open = isRotating && actions.includes('rotate') ? 'rotate' : asked;

  function act(action: KeyAction): void {
    if (action === 'rotate') onRotating(true);
    else if (action === 'disable' || action === 'enable')
      turn.mutate({ key: apiKey.id, enabled: action === 'enable' });
    else setAsked(action);
  }

  function close(): void {
    setAsked(undefined);
    if (isRotating) onRotating(false);
  }

  return (
    <>
      {actions.map((action) => (
        <Button
          key={action}
          icon={<KeyActionIcon action={action} />}
          busy={(action === 'disable' || action === 'enable') && turn.isPending}
          onClick={() => act(action)}
        >
          {keyActionText[action]}
        </Button>
      ))}
      {open && (
        <KeyActionDialog apiKey={apiKey} action={open} onClose={close} onRotated={onRotated} />
      )}
    </>
  );
}
