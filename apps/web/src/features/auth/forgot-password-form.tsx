import { useMutation } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import { SendLinkForm } from './send-link-form.tsx';

export interface ForgotPasswordFormProps {
  onMailed: (email: string) => void;
}

export function ForgotPasswordForm({ onMailed }: ForgotPasswordFormProps) {
  const forgot = useMutation(
    trpc.auth.forgotPassword.mutationOptions({ onSuccess: (_, { email }) => onMailed(email) }),
  );
  return (
    <SendLinkForm
      action="Send link"
      hasFocus
      error={forgot.error}
      busy={forgot.isPending}
      onSubmit={(email) => forgot.mutate({ email })}
    />
  );
}
