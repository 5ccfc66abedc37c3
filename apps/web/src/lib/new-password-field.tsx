import { useDeferredValue, useEffect, useState, type Ref } from 'react';
import { useQuery } from '@tanstack/react-query';
import { PasswordField } from '@apigate/ui/password-field';
import { fieldErrors } from './error-text.ts';
import { PasswordMeter } from './password-meter.tsx';
import {
  passwordStrength,
  preparePasswordStrength,
  type PasswordStrength,
} from './password-strength.ts';
import { trpc } from './trpc.ts';
import styles from './new-password-field.module.css';

export interface NewPasswordFieldProps {
  label: string;
  name: string;
  /** What a guesser would try first: address and names. */
  known: readonly (string | null)[];
  /** Why the last try failed. What it says of the password is shown until another one is typed. */
  failure: unknown;
  ref?: Ref<HTMLInputElement>;
}

/** A password that a person chooses, with how hard it is to guess. The server is the judge. */
export function NewPasswordField({ label, name, known, failure, ref }: NewPasswordFieldProps) {
  const [typed, setTyped] = useState('');
  const [answered, setAnswered] = useState<unknown>();
  const { data: rules } = useQuery(trpc.auth.instance.queryOptions());
  const strength = useStrength(useDeferredValue(typed), known);
  return (
    <div className={styles.field}>
      <PasswordField
        ref={ref}
        label={label}
        name={name}
        autoComplete="new-password"
        maxLength={256}
        required
        error={failure === answered ? undefined : fieldErrors(failure)['password']}
        onFocus={preparePasswordStrength}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAnswered(failure);
        }}
      />
      <PasswordMeter
        chars={[...typed].length}
        charsMin={rules?.passwordCharsMin ?? 8}
        scoreMin={rules?.passwordScoreMin ?? 2}
        strength={typed === '' ? undefined : strength}
      />
    </div>
  );
}

/** Undefined until it is known; keeps the last one while the next is being found out. */
function useStrength(
  password: string,
  known: readonly (string | null)[],
): PasswordStrength | undefined {
  const [strength, setStrength] = useState<PasswordStrength>();
  const knownText = known.filter((text) => text !== null && text !== '').join('\n');
  useEffect(() => {
    if (password === '') return;
    let isCurrent = true;
    passwordStrength(password, knownText.split('\n')).then(
      (found) => {
        if (isCurrent) setStrength(found);
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [password, knownText]);
  return strength;
}
