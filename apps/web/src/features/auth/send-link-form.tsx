import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';

export interface SendLinkFormProps {
  action: string;
  error: unknown;
  busy: boolean;
  /** The page says nothing that must be read before the field. */
  hasFocus?: boolean;
  onSubmit: (email: string) => void;
}

/** An address, and a button that has a link mailed to it. */
export function SendLinkForm({ action, error, busy, hasFocus, onSubmit }: SendLinkFormProps) {
  return (
    <Form
      place="entrance"
      error={error}
      fields={['email']}
      onSubmit={(form) => onSubmit(formText(form, 'email').trim())}
    >
      <TextField
        ref={hasFocus ? focusOnArrival : undefined}
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        maxLength={254}
        required
        error={fieldErrors(error)['email']}
      />
      <Button type="submit" kind="primary" busy={busy}>
        {action}
      </Button>
    </Form>
  );
}
