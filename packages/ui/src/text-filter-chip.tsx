import type { ComponentProps, ReactNode } from 'react';
import { Button } from './button.tsx';
import { Chip } from './filter-chip.tsx';
import { Popover } from './popover.tsx';
import { TextField } from './text-field.tsx';
import styles from './text-filter-chip.module.css';

export interface TextFilterChipProps extends Omit<
  ComponentProps<'input'>,
  'value' | 'defaultValue' | 'onChange'
> {
  label: string;
  value: string | undefined;
  /** What the chip says of a value; the value itself unless told. */
  shown?: string | undefined;
  hint?: ReactNode;
  /** What the server has against the value. */
  error?: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A filter whose value is typed. */
export function TextFilterChip({
  label,
  value,
  shown = value,
  hint,
  error,
  onChange,
  ...input
}: TextFilterChipProps) {
  return (
    <Chip label={label} shown={shown} onClear={() => onChange(undefined)}>
      {(trigger) => (
        <Popover label={`Filter by ${label.toLowerCase()}`} align="start" trigger={trigger}>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              const typed = new FormData(event.currentTarget).get('value');
              const text = typeof typed === 'string' ? typed.trim() : '';
              event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
              onChange(text === '' ? undefined : text);
            }}
          >
            <TextField
              {...input}
              label={label}
              name="value"
              autoComplete="off"
              spellCheck={false}
              data-first-focus
              defaultValue={value}
              hint={hint}
              error={error}
            />
            <Button type="submit" kind="primary">
              Apply filter
            </Button>
          </form>
        </Popover>
      )}
    </Chip>
  );
}
