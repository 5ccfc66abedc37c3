import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { CheckGroup } from '@apigate/ui/check-group';
import { MoreFields } from '@apigate/ui/more-fields';
import { SelectField } from '@apigate/ui/select-field';
import { TextAreaField } from '@apigate/ui/text-area-field';
import { TextField } from '@apigate/ui/text-field';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { dateText } from '../../lib/time-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { lifetimes, listError, tomorrow, type KeyDraft } from './key-draft.ts';
import styles from './key-fields.module.css';

export interface KeyFieldsProps {
  /** The key as it is, or a new one. */
  start: KeyDraft;
  /** What was sent last, which the errors are about. */
  sent: KeyDraft | undefined;
  errors: Readonly<Record<string, string>>;
}

/** What can be chosen of a key: what it is called, for how long it works, and what it is good for. */
export function KeyFields({ start, sent, errors }: KeyFieldsProps) {
  const [nowMs] = useState(Date.now);
  const [hasDate, setHasDate] = useState(false);
  const { data: asked } = useSuspenseQuery(trpc.keys.scopes.queryOptions()).data;
  const scopesError = listError(errors, 'scopes', sent?.scopes ?? null);
  const addressesError = listError(errors, 'allowedIps', sent?.allowedIps ?? null);
  const isRestricted =
    start.scopes.some((scope) => !asked.includes(scope)) ||
    start.allowedIps !== null ||
    start.rateLimitPerMinute !== null;
  const hasError = [scopesError, addressesError, errors['rateLimitPerMinute']].some(Boolean);
  return (
    <>
      <TextField
        label="Name"
        name="name"
        autoComplete="off"
        maxLength={100}
        required
        data-first-focus
        ref={focusOnArrival}
        placeholder="Backend, production"
        defaultValue={start.name}
        hint="Where the key is used, so that you know later which one to revoke."
        error={errors['name']}
      />
      <div className={styles.expiry}>
        <SelectField
          label="Expires"
          name="lifetime"
          defaultValue={start.expiresAt === null ? 'never' : 'kept'}
          options={[
            ...(start.expiresAt === null
              ? []
              : [{ value: 'kept', label: `As now, on ${dateText(start.expiresAt)}` }]),
            ...lifetimes,
          ]}
          onChange={(event) => setHasDate(event.currentTarget.value === 'date')}
          hint={hasDate ? undefined : 'A key that ends by itself does less harm when it leaks.'}
          error={hasDate ? undefined : errors['expiresAt']}
        />
        {hasDate && (
          <TextField
            label="Last day"
            name="date"
            type="date"
            required
            min={tomorrow(nowMs)}
            hint="It stops at the end of that day, by your clock."
            error={errors['expiresAt']}
          />
        )}
      </div>
      {asked.length > 0 && (
        <CheckGroup
          label="Scopes"
          name="scope"
          values={asked}
          ticked={start.scopes}
          hint="Some paths ask for a scope, and refuse a key without it. Tick what this program needs."
        />
      )}
      <MoreFields title="Restrict it further" isOpen={isRestricted || hasError}>
        <TextAreaField
          label="Allowed addresses"
          note="optional"
          name="allowedIps"
          rows={2}
          autoComplete="off"
          spellCheck={false}
          placeholder="192.0.2.7, 10.0.0.0/8"
          defaultValue={start.allowedIps?.join('\n') ?? ''}
          hint="IP addresses and ranges that it may be used from. Left empty, all."
          error={addressesError}
        />
        <TextField
          label="Requests a minute"
          note="optional"
          name="rateLimit"
          type="number"
          inputMode="numeric"
          min={1}
          step={1}
          defaultValue={start.rateLimitPerMinute ?? ''}
          placeholder="as the plan"
          hint="Only ever fewer than the plan allows."
          error={errors['rateLimitPerMinute']}
        />
        <TextField
          label={asked.length > 0 ? 'Other scopes' : 'Scopes'}
          note="optional"
          name="otherScopes"
          autoComplete="off"
          spellCheck={false}
          placeholder="reports:read, orders:*"
          defaultValue={start.scopes.filter((scope) => !asked.includes(scope)).join(', ')}
          hint="For paths that do not ask for one yet. A * stands for anything."
          error={scopesError}
        />
      </MoreFields>
    </>
  );
}
