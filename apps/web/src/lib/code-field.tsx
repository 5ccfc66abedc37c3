import { useState, type Ref } from 'react';
import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import styles from './code-field.module.css';

export interface CodeFieldProps {
  error: string | undefined;
  ref?: Ref<HTMLInputElement>;
}

/**
 * A code of the authenticator app, or a recovery code. Either is taken at any time; the switch is for the words and for
 * the keyboard of a phone.
 */
export function CodeField({ error, ref }: CodeFieldProps) {
  const [kind, setKind] = useState<'app' | 'recovery'>('app');
  const isApp = kind === 'app';
  return (
    <div className={styles.field}>
      <TextField
        ref={ref}
        label={isApp ? 'Code' : 'Recovery code'}
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        inputMode={isApp ? 'numeric' : 'text'}
        maxLength={40}
        required
        className={styles.code}
        hint={
          isApp
            ? 'Six digits, from your authenticator app.'
            : 'One of those you stored when you set up the second factor. Each works once.'
        }
        error={error}
      />
      <Button
        kind="quiet"
        className={styles.other}
        onClick={(event) => {
          setKind(isApp ? 'recovery' : 'app');
          event.currentTarget.form?.querySelector<HTMLElement>('[name="code"]')?.focus();
        }}
      >
        {isApp ? 'Use a recovery code' : 'Use the authenticator app'}
      </Button>
    </div>
  );
}
