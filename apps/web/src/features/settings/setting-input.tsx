import { useState } from 'react';
import type { SettingView } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { PasswordField } from '@apigate/ui/password-field';
import { SelectField } from '@apigate/ui/select-field';
import { TextAreaField } from '@apigate/ui/text-area-field';
import { TextField } from '@apigate/ui/text-field';
import type { SettingControl } from './setting-control.ts';
import styles from './setting-input.module.css';

export interface SettingInputProps {
  setting: SettingView;
  control: Exclude<SettingControl, { kind: 'switch' | 'image' }>;
  error: string | undefined;
  busy: boolean;
  onSave: (value: string, onSaved: () => void) => void;
}

/** A value to type or to choose, which is kept by its own button. */
export function SettingInput({ setting, control, error, busy, onSave }: SettingInputProps) {
  const inForce = String(setting.value ?? '');
  const [draft, setDraft] = useState<string>();
  const isChanged = draft !== undefined && draft !== inForce;
  const field = {
    label: setting.name,
    labelHidden: true,
    name: 'value',
    value: draft ?? inForce,
    error,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) => setDraft(event.currentTarget.value),
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) onSave(draft, () => setDraft(undefined));
      }}
    >
      <Control control={control} isSet={setting.isSet} field={field} />
      <Button
        type="submit"
        kind="primary"
        className={isChanged ? undefined : styles.idle}
        busy={busy}
        aria-label={`Save ${setting.name}`}
      >
        Save
      </Button>
    </form>
  );
}

interface ControlProps {
  control: SettingInputProps['control'];
  isSet: boolean;
  field: {
    label: string;
    labelHidden: boolean;
    name: string;
    value: string;
    error: string | undefined;
    autoComplete: string;
    spellCheck: boolean;
    onChange: (event: { currentTarget: { value: string } }) => void;
  };
}

function Control({ control, isSet, field }: ControlProps) {
  switch (control.kind) {
    case 'number':
      return (
        <TextField
          {...field}
          type="number"
          inputMode="numeric"
          min={control.min}
          max={control.max}
          required
        />
      );
    case 'choice':
      return (
        <SelectField
          {...field}
          options={control.values.map((value) => ({ value, label: value }))}
        />
      );
    case 'text':
      return <TextField {...field} maxLength={control.charsMax} />;
    case 'lines':
      return <TextAreaField {...field} rows={3} maxLength={control.charsMax} />;
    case 'secret':
      return (
        <PasswordField
          {...field}
          autoComplete="new-password"
          maxLength={control.charsMax}
          placeholder={isSet ? 'Replace by…' : 'Not set'}
          required
        />
      );
  }
}
