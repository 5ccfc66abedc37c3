import { useRef, type ComponentProps } from 'react';
import { IconSearch } from '@tabler/icons-react';
import { useShortcut } from './use-shortcut.ts';
import styles from './search-field.module.css';

export interface SearchFieldProps extends Omit<
  ComponentProps<'input'>,
  'type' | 'aria-label' | 'onChange'
> {
  label: string;
  onChange: (value: string) => void;
}

/** A search box that `/` brings the caret to from anywhere on the page, and Escape empties. */
export function SearchField({ label, onChange, ...input }: SearchFieldProps) {
  const ref = useRef<HTMLInputElement>(null);
  useShortcut('/', () => ref.current?.select());
  return (
    <div className={styles.field}>
      <IconSearch aria-hidden size="1rem" />
      <input
        autoComplete="off"
        spellCheck={false}
        {...input}
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        aria-keyshortcuts="/"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <kbd aria-hidden>/</kbd>
    </div>
  );
}
