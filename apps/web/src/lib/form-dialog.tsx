import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { Button } from '@apigate/ui/button';
import { CodePopover, type CodeSample } from '@apigate/ui/code-popover';
import { Dialog, type DialogProps } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { FormProblem } from './form-problem.tsx';

export interface FormDialogProps extends DialogProps {
  /** What the button that submits says; null where there is nothing to do, and the dialog tells why. */
  verb: string | null;
  /** `danger` where something stops or goes away. */
  kind?: 'primary' | 'danger';
  /** What the button says that leaves all as it is. */
  cancel?: string;
  /** Another way out, as a button or a link. */
  otherWay?: ReactNode;
  /** The same in code, with what stands in the fields; not shown where there is nothing to do. */
  code?: (form: FormData) => readonly [CodeSample, ...CodeSample[]];
  /** What submitting does: whether it is under way, and why the last try failed. */
  mutation: { isPending: boolean; error: unknown };
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}

/**
 * A dialog to fill in or to confirm, and at its head what the server refused. Where no field has the focus first, the
 * button that leaves all as it is has it.
 */
export function FormDialog({
  verb,
  kind = 'primary',
  cancel = 'Cancel',
  otherWay,
  code,
  mutation,
  onSubmit,
  children,
  ...dialog
}: FormDialogProps) {
  const [form, setForm] = useState(() => new FormData());
  const track = (event: SyntheticEvent<HTMLFormElement>) =>
    setForm(new FormData(event.currentTarget));
  return (
    <Dialog {...dialog}>
      <DialogBody
        // What is typed into any other form, such as a password, is kept nowhere but in its field.
        {...(code && { onFocus: track, onChange: track })}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
        actions={
          <>
            <Button onClick={dialog.onClose} data-first-focus>
              {cancel}
            </Button>
            {otherWay}
            {verb !== null && (
              <Button type="submit" kind={kind} busy={mutation.isPending}>
                {verb}
              </Button>
            )}
          </>
        }
      >
        <FormProblem error={mutation.error} fields={[]} />
        {children}
        {code && verb !== null && (
          <div>
            <CodePopover about="The same, with what stands above." samples={code(form)} />
          </div>
        )}
      </DialogBody>
    </Dialog>
  );
}
