import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { View } from '@apigate/contract';
import { Switch } from '@apigate/ui/switch';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { errorCodeOf, fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { useMe } from '../../lib/me.ts';
import { mayShareViews } from '../../lib/permissions.ts';
import { trpc } from '../../lib/trpc.ts';
import styles from './view-dialog.module.css';

export interface ViewDialogProps {
  list: string;
  /** What is saved: the query of the address. */
  search: string;
  /** The view to rename; undefined to save a new one. */
  view: View | undefined;
  onClose: () => void;
  onSaved: () => Promise<void>;
}

/** Gives a view its name, and shares it. */
export function ViewDialog({ list, search, view, onClose, onSaved }: ViewDialogProps) {
  const me = useMe();
  const [isShared, setIsShared] = useState(view?.shared ?? false);
  const options = {
    onSuccess: async (saved: View) => {
      onClose();
      showToast({ text: `The view “${saved.name}” is saved.` });
      await onSaved();
    },
  };
  const create = useMutation(trpc.views.create.mutationOptions(options));
  const update = useMutation(trpc.views.update.mutationOptions(options));
  const saving = view ? update : create;

  function submit(form: FormData): void {
    const fields = { name: formText(form, 'name'), shared: isShared };
    if (view) update.mutate({ view: view.id, ...fields });
    else create.mutate({ list, search, ...fields });
  }

  return (
    <FormDialog
      title={view ? `Rename ${view.name}` : 'Save this view'}
      verb="Save view"
      mutation={saving}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        maxLength={60}
        autoComplete="off"
        required
        data-first-focus
        defaultValue={view?.name}
        error={
          errorCodeOf(saving.error) === 'name_taken'
            ? 'There is a view of this name already.'
            : fieldErrors(saving.error)['name']
        }
      />
      {mayShareViews(me) && (
        <div className={styles.shared}>
          <span>Shared with all admins and moderators</span>
          <Switch
            label="Shared with all admins and moderators"
            checked={isShared}
            onChange={() => setIsShared(!isShared)}
          />
        </div>
      )}
    </FormDialog>
  );
}
