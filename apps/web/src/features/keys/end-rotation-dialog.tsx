import { useMutation } from '@tanstack/react-query';
import type { Key } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';

/** The two ways in which a rotation ends before its time. */
export type RotationEnd = 'cancel' | 'finish';

export interface EndRotationDialogProps {
  /** The old key. */
  apiKey: Key;
  end: RotationEnd;
  onClose: () => void;
}

export function EndRotationDialog({ apiKey, end, onClose }: EndRotationDialogProps) {
  const { title, submit, done, items } = words[end];
  const onSuccess = async () => {
    onClose();
    showToast({ text: done });
    await queryClient.invalidateQueries(trpc.keys.pathFilter());
  };
  const cancel = useMutation(trpc.keys.cancelRotation.mutationOptions({ onSuccess }));
  const finish = useMutation(trpc.keys.finishRotation.mutationOptions({ onSuccess }));
  const ending = end === 'cancel' ? cancel : finish;
  return (
    <FormDialog
      title={title}
      verb={submit}
      kind="danger"
      cancel="Go back"
      mutation={ending}
      code={() =>
        deedInCode({
          command: `apigate keys ${end}-rotation ${apiKey.id}`,
          path: `/admin/keys/${apiKey.id}/rotation/${end}`,
          call: `keys.${end}Rotation`,
          ref: apiKey.id,
        })
      }
      onSubmit={() => ending.mutate({ key: apiKey.id })}
      onClose={onClose}
    >
      <ConsequenceList items={items} />
    </FormDialog>
  );
}

const words = {
  cancel: {
    title: 'Cancel the rotation?',
    submit: 'Cancel rotation',
    done: 'The old key goes on.',
    items: [
      { kind: 'stops', text: 'The new key, at once. Requests with it get 401 key_revoked.' },
      { kind: 'kept', text: 'The old key, as it was before.' },
      { kind: 'undo', text: 'Not possible. Rotating again makes another new key.' },
    ],
  },
  finish: {
    title: 'Stop the old key now?',
    submit: 'Stop old key',
    done: 'The old key has stopped.',
    items: [
      {
        kind: 'stops',
        text: 'Every program that still uses the old key. Requests get 401 key_revoked.',
      },
      { kind: 'kept', text: 'The new key, with every setting of the old one.' },
      { kind: 'undo', text: 'Not possible.' },
    ],
  },
} as const;
