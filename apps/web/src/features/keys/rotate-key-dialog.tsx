import { useMutation } from '@tanstack/react-query';
import type { CreatedKey, Key } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { deedInCode, unshown } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { keyText } from './key-text.ts';

export interface RotateKeyDialogProps {
  apiKey: Key;
  onClose: () => void;
  onRotated: (successor: CreatedKey) => void;
}

export function RotateKeyDialog({ apiKey, onClose, onRotated }: RotateKeyDialogProps) {
  const rotate = useMutation(
    trpc.keys.rotate.mutationOptions({
      // The answer holds the secret: it is handed on and kept nowhere else.
      gcTime: 0,
      onSuccess: async ({ successor }) => {
        onClose();
        onRotated(successor);
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );
  const errors = fieldErrors(rotate.error);
  const isChosen = apiKey.kind === 'basic';

  const inputOf = (form: FormData, keySecret: string) => ({
    overlapSeconds: Number(formText(form, 'overlap')),
    ...(isChosen && { keyId: formText(form, 'keyId'), keySecret }),
  });
  const submit = (form: FormData): void =>
    rotate.mutate({ key: apiKey.id, ...inputOf(form, formText(form, 'keySecret')) });
  const codeOf = (form: FormData) =>
    deedInCode({
      command: `apigate keys rotate ${apiKey.id}`,
      path: `/admin/keys/${apiKey.id}/rotate`,
      call: 'keys.rotate',
      ref: apiKey.id,
      input: inputOf(form, unshown),
    });

  return (
    <FormDialog
      title={`Rotate ${apiKey.name}?`}
      verb="Rotate key"
      mutation={rotate}
      code={codeOf}
      onSubmit={submit}
      onClose={onClose}
    >
      <p>
        A new key takes the place of <code>{keyText(apiKey)}</code>.
      </p>
      {isChosen && (
        <>
          <TextField
            label="New key id"
            name="keyId"
            autoComplete="off"
            required
            hint="Two keys cannot have one id while both work."
            error={errors['keyId']}
          />
          <TextField
            label="New key secret"
            name="keySecret"
            type="password"
            autoComplete="new-password"
            minLength={6}
            required
            error={errors['keySecret']}
          />
        </>
      )}
      <SelectField
        label="The old key stops"
        name="overlap"
        defaultValue="86400"
        options={overlaps}
        data-first-focus
        hint="Until then both work, so that you can put the new one in place without haste."
        error={errors['overlapSeconds']}
      />
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'The old key, at the time that you choose.' },
          { kind: 'kept', text: 'Every setting: name, scopes, addresses, limit and expiry.' },
          { kind: 'undo', text: 'Possible until the old key has stopped.' },
        ]}
      />
    </FormDialog>
  );
}

const overlaps = [
  { value: '0', label: 'At once' },
  { value: '3600', label: 'In an hour' },
  { value: '86400', label: 'In a day' },
  { value: '604800', label: 'In a week' },
  { value: '2592000', label: 'In 30 days' },
] as const;
