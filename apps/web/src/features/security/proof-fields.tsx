import { PasswordField } from '@apigate/ui/password-field';
import { CodeField } from '../../lib/code-field.tsx';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormProblem } from '../../lib/form-problem.tsx';
import { formText } from '../../lib/form-text.ts';

/** Password and code: a session that was stolen has neither. */
export function ProofFields({ error }: { error: unknown }) {
  const errors = fieldErrors(error);
  return (
    <>
      <FormProblem error={error} fields={['currentPassword', 'code']} />
      <PasswordField
        label="Current password"
        name="currentPassword"
        autoComplete="current-password"
        maxLength={256}
        required
        data-first-focus
        error={errors['currentPassword']}
      />
      <CodeField error={errors['code']} />
    </>
  );
}

/** What was typed into them. */
export function proofOf(element: HTMLFormElement): { currentPassword: string; code: string } {
  const form = new FormData(element);
  return { currentPassword: formText(form, 'currentPassword'), code: formText(form, 'code') };
}
