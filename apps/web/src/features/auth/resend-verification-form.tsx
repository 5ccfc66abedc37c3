import { useMutation } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import { SendLinkForm } from './send-link-form.tsx';

export interface ResendVerificationFormProps {
  onMailed: (email: string) => void;
}

export function ResendVerificationForm({ onMailed }: ResendVerificationFormProps) {
  const resend = useMutation(
    trpc.auth.resendVerification.mutationOptions({ onSuccess: (_, { email }) => onMailed(email) }),
  );
  return (
    <SendLinkForm
      action="Send a new link"
      error={resend.error}
      busy={resend.isPending}
      onSubmit={(email) => resend.mutate({ email })}
    />
  );
}
