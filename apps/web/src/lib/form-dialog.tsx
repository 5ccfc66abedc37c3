import type { ReactNode } from 'react';
import { Button } from '@apigate/ui/button';
import { Dialog, type DialogProps } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { ProblemReport } from './problem-report.tsx';

export interface FormDialogProps extends DialogProps {
  /** What the button that submits says. */
  verb: string;
  /** What submitting does: whether it is under way, and why the last try failed. */
  mutation: { isPending: boolean; error: unknown };
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}

/** A dialog to fill in, and above its fields what the server refused. */
export function FormDialog({ verb, mutation, onSubmit, children, ...dialog }: FormDialogProps) {
  return (
    <Dialog {...dialog}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
        actions={
          <>
            <Button onClick={dialog.onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={mutation.isPending}>
              {verb}
            </Button>
          </>
        }
      >
        {mutation.error !== null && <ProblemReport error={mutation.error} size="inline" />}
        {children}
      </DialogBody>
    </Dialog>
  );
}
