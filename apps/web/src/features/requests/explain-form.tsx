import { useState, type FormEvent } from 'react';
import { looksLikeId } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import styles from './explain-form.module.css';

/** Takes the request id of a refusal that somebody asks about. */
export function ExplainForm({ onExplain }: { onExplain: (requestId: string) => void }) {
  const [error, setError] = useState<string>();
  function explain(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const entered = new FormData(event.currentTarget).get('request');
    const given = typeof entered === 'string' ? entered.trim() : '';
    const isId = looksLikeId(given);
    setError(isId ? undefined : 'A request id has the form 01a1ffd9-738a-7060-….');
    if (isId) onExplain(given);
  }
  return (
    <form className={styles.form} onSubmit={explain} noValidate>
      <TextField
        label="Request id"
        labelHidden
        name="request"
        placeholder="Request id"
        error={error}
        autoComplete="off"
        spellCheck={false}
      />
      <Button type="submit">Explain</Button>
    </form>
  );
}
