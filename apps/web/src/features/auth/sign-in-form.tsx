import { useEffect, useRef, type SubmitEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { PasswordField } from '@apigate/ui/password-field';
import { TextField } from '@apigate/ui/text-field';
import { formText } from '../../lib/form-text.ts';
import { becomeMe } from '../../lib/me.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import styles from './sign-in-form.module.css';

export interface SignInFormProps {
  onSignedIn: (user: User) => void;
}

export function SignInForm({ onSignedIn }: SignInFormProps) {
  const emailRef = useRef<HTMLInputElement>(null);
  useEffect(() => emailRef.current?.focus(), []);

  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      onSuccess: ({ user }) => {
        becomeMe(user);
        onSignedIn(user);
      },
    }),
  );

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({
      email: formText(form, 'email'),
      password: formText(form, 'password'),
      cookies: true,
    });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {signIn.error && <ProblemReport error={signIn.error} size="inline" />}
      <TextField
        ref={emailRef}
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
      />
      <PasswordField label="Password" name="password" autoComplete="current-password" required />
      <Button type="submit" kind="primary" busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
