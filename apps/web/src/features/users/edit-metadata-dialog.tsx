import { useState } from 'react';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { IconButton } from '@apigate/ui/icon-button';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { useUpdateUser } from './use-update-user.ts';
import styles from './edit-metadata-dialog.module.css';

export interface EditMetadataDialogProps {
  user: User;
  onClose: () => void;
}

interface Entry {
  id: number;
  name: string;
  value: string;
}

/** All metadata of a user, entry by entry; saving replaces what was there. */
export function EditMetadataDialog({ user, onClose }: EditMetadataDialogProps) {
  const [entries, setEntries] = useState(() => entriesOf(user));
  const [doubled, setDoubled] = useState<string>();
  const update = useUpdateUser(
    user,
    ({ email }) => `The metadata of ${email} was changed.`,
    onClose,
  );
  const errors = fieldErrors(update.error);

  function change(id: number, part: Partial<Entry>): void {
    setEntries(entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)));
  }

  function submit(): void {
    const filled = entries.filter(({ name, value }) => name !== '' || value !== '');
    const names = filled.map(({ name }) => name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    setDoubled(twice);
    if (twice !== undefined) return;
    const metadata = Object.fromEntries(filled.map(({ name, value }) => [name, value]));
    update.mutate({ user: user.id, metadata });
  }

  return (
    <FormDialog
      title={`Metadata of ${user.email}`}
      size="wide"
      verb="Save metadata"
      mutation={update}
      onSubmit={submit}
      onClose={onClose}
    >
      {errors['metadata'] && <p className={styles.error}>The names {errors['metadata']}.</p>}
      <p className={styles.about}>
        Each entry goes upstream as a header: <code>company_size</code> as{' '}
        <code>X-User-Meta-Company-Size</code>.
      </p>
      <ul className={styles.entries}>
        {entries.map(({ id, name, value }, at) => (
          <li key={id}>
            <TextField
              label={`Name ${at + 1}`}
              labelHidden
              placeholder="Name"
              data-first-focus={at === 0 || undefined}
              autoComplete="off"
              spellCheck={false}
              maxLength={64}
              // A row that is left empty is no entry.
              required={value !== ''}
              pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
              title="Letters, digits, _ and -"
              value={name}
              onChange={(event) => change(id, { name: event.currentTarget.value })}
              error={name !== '' && name === doubled ? 'This name is there twice.' : undefined}
            />
            <TextField
              label={`Value ${at + 1}`}
              labelHidden
              placeholder="Value"
              autoComplete="off"
              maxLength={512}
              value={value}
              onChange={(event) => change(id, { value: event.currentTarget.value })}
              error={errors[`metadata.${name}`]}
            />
            <IconButton
              label={`Remove ${name === '' ? `entry ${at + 1}` : name}`}
              icon={<IconTrash aria-hidden />}
              onClick={() => setEntries(entries.filter((entry) => entry.id !== id))}
            />
          </li>
        ))}
      </ul>
      {entries.length < entriesMax && (
        <div>
          <Button
            icon={<IconPlus aria-hidden />}
            onClick={() => setEntries([...entries, emptyEntryAfter(entries)])}
          >
            Add entry
          </Button>
        </div>
      )}
    </FormDialog>
  );
}

const entriesMax = 32;

function entriesOf(user: User): Entry[] {
  const entries = Object.entries(user.metadata).map(([name, value], id) => ({ id, name, value }));
  return entries.length > 0 ? entries : [emptyEntryAfter([])];
}

function emptyEntryAfter(entries: readonly Entry[]): Entry {
  return { id: Math.max(-1, ...entries.map(({ id }) => id)) + 1, name: '', value: '' };
}
