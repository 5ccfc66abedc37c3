import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { IconFilter } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { completeFilter } from './complete-filter.ts';
import styles from './filter-field.module.css';

export interface FilterFieldProps {
  /** The expression that holds. */
  filter: string;
  /** What the server said of it; tells the place. */
  error: string | undefined;
  planSlugs: readonly string[];
  onChange: (filter: string | undefined) => void;
}

/** A filter expression, with what may come next; Enter applies it. */
export function FilterField({ filter, error, planSlugs, onChange }: FilterFieldProps) {
  const id = useId();
  const ref = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(filter);
  const [caret, setCaret] = useState(filter.length);
  const [isOpen, setIsOpen] = useState(false);
  const [chosen, setChosen] = useState<number>();
  const { from, options } = completeFilter(typed.slice(0, caret), planSlugs);
  const isListed = isOpen && options.length > 0;

  function take(option: string): void {
    const text = `${typed.slice(0, from)}${option} `;
    setTyped(text + typed.slice(caret).trimStart());
    setCaret(text.length);
    setChosen(undefined);
    // The caret can be moved once the text is there.
    requestAnimationFrame(() => {
      ref.current?.focus();
      ref.current?.setSelectionRange(text.length, text.length);
    });
  }

  function apply(text: string): void {
    setIsOpen(false);
    onChange(text.trim() === '' ? undefined : text.trim());
  }

  function onKeyDown(event: KeyboardEvent): void {
    const option = options[chosen ?? -1];
    if (event.key === 'Escape' && isListed) setIsOpen(false);
    else if (event.key === 'ArrowDown') {
      setIsOpen(true);
      setChosen(chosen === undefined ? 0 : (chosen + 1) % options.length);
    } else if (event.key === 'ArrowUp' && isListed) {
      setChosen(
        (chosen ?? options.length) === 0 ? options.length - 1 : (chosen ?? options.length) - 1,
      );
    } else if (event.key === 'Tab' && isListed && option !== undefined) take(option);
    else if (event.key === 'Enter' && isListed && option !== undefined) take(option);
    else return;
    event.preventDefault();
  }

  return (
    <form
      className={styles.form}
      role="search"
      aria-label="Filter users"
      onSubmit={(event) => {
        event.preventDefault();
        apply(typed);
      }}
    >
      <div className={styles.row}>
        <div className={styles.field}>
          <IconFilter aria-hidden size="1rem" />
          <input
            ref={ref}
            role="combobox"
            aria-label="Filter users by an expression"
            aria-autocomplete="list"
            aria-expanded={isListed}
            aria-controls={`${id}-options`}
            aria-activedescendant={isListed && chosen !== undefined ? `${id}-${chosen}` : undefined}
            aria-invalid={error === undefined ? undefined : true}
            aria-describedby={error === undefined ? undefined : `${id}-error`}
            placeholder='quota_percent > 80 and plan = "free"'
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={typed}
            onChange={({ currentTarget: { value, selectionStart } }) => {
              setTyped(value);
              setCaret(selectionStart ?? value.length);
              setChosen(undefined);
              setIsOpen(true);
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? typed.length)}
            onFocus={() => setIsOpen(true)}
            onBlur={() => setIsOpen(false)}
            onKeyDown={onKeyDown}
          />
          {isListed && (
            <div
              className={styles.options}
              id={`${id}-options`}
              role="listbox"
              aria-label="What may come next"
            >
              {options.map((option, at) => (
                <div
                  key={option}
                  id={`${id}-${at}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={at === chosen}
                  onPointerDown={(event) => {
                    event.preventDefault();
                    take(option);
                  }}
                >
                  {option}
                </div>
              ))}
            </div>
          )}
        </div>
        <Button type="submit">Filter</Button>
        {filter !== '' && (
          <Button
            kind="quiet"
            onClick={() => {
              setTyped('');
              setCaret(0);
              onChange(undefined);
            }}
          >
            Clear
          </Button>
        )}
      </div>
      {error !== undefined && (
        <div id={`${id}-error`} className={styles.error}>
          <pre aria-hidden>{`${filter}\n${' '.repeat(placeIn(error))}^`}</pre>
          <p>{sentenceOf(error)}</p>
        </div>
      )}
    </form>
  );
}

/** Characters before the place that a message tells. */
function placeIn(message: string): number {
  return Number(/ at character (\d+)/.exec(message)?.[1] ?? 1) - 1;
}

function sentenceOf(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
