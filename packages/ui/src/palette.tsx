import {
  useEffect,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { IconSearch } from '@tabler/icons-react';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './palette.module.css';

export interface PaletteItem {
  /** Unique in the palette. */
  id: string;
  label: string;
  /** What tells it from others, after the label. */
  detail?: ReactNode;
  /** Stands at the end of the line: a state. */
  aside?: ReactNode;
  icon: ReactNode;
  run: () => void;
}

export interface PaletteGroup {
  title: string;
  items: readonly PaletteItem[];
}

export interface PaletteProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Those without items are left out. */
  groups: readonly PaletteGroup[];
  /** What was typed is still being looked for; Enter waits for it, or it would take what is about to move. */
  isBusy: boolean;
  /** Stands where there is no item. */
  nothing: ReactNode;
  onClose: () => void;
}

/**
 * A field to type in, and below it what fits: arrows move, Enter takes, Escape or a click beside it closes, and the
 * focus goes back to where it was. Open for as long as it is rendered.
 */
export function Palette({
  label,
  value,
  onChange,
  groups,
  isBusy,
  nothing,
  onClose,
}: PaletteProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [chosenId, setChosenId] = useState<string>();
  /** What is being looked for when Enter was pressed: it takes the best of that, once it is there. */
  const enterFor = useRef<string>(undefined);
  const items = groups.flatMap((group) => group.items);
  const at = Math.max(
    0,
    items.findIndex((item) => item.id === chosenId),
  );
  const active = items[at];
  const optionId = (item: PaletteItem) => `${id}-${item.id}`;
  const activeOptionId = active && optionId(active);

  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  useEffect(() => {
    if (activeOptionId === undefined) return;
    document.getElementById(activeOptionId)?.scrollIntoView({ block: 'nearest' });
  }, [activeOptionId]);

  const takeIfAwaited = useEffectEvent(() => {
    const isAwaited = enterFor.current === value;
    enterFor.current = undefined;
    if (isAwaited) active?.run();
  });
  useEffect(() => {
    if (!isBusy) takeIfAwaited();
  }, [isBusy]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const target = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      PageDown: Math.min(at + 8, items.length - 1),
      PageUp: Math.max(at - 8, 0),
    }[event.key];
    if (target !== undefined) {
      event.preventDefault();
      setChosenId(items[target]?.id);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isBusy) enterFor.current = value;
      else active?.run();
    }
  }

  return (
    // A press beside it closes it; the keyboard has Escape.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className={styles.palette}>
        <div className={styles.field}>
          <IconSearch aria-hidden size="1.125rem" />
          <input
            role="combobox"
            aria-label={label}
            aria-expanded
            aria-autocomplete="list"
            aria-controls={`${id}-list`}
            aria-activedescendant={activeOptionId}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={label}
            value={value}
            onChange={(event) => {
              setChosenId(undefined);
              onChange(event.currentTarget.value);
            }}
            onKeyDown={onKeyDown}
          />
          <kbd aria-hidden>Esc</kbd>
        </div>
        <div
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          aria-busy={isBusy}
          className={styles.list}
        >
          {groups
            .filter((group) => group.items.length > 0)
            .map((group) => (
              <div key={group.title} role="group" aria-labelledby={`${id}-${group.title}`}>
                <div id={`${id}-${group.title}`} role="presentation" className={styles.title}>
                  {group.title}
                </div>
                {group.items.map((item) => (
                  <Option
                    key={item.id}
                    id={optionId(item)}
                    item={item}
                    isActive={item === active}
                    onPoint={() => setChosenId(item.id)}
                  />
                ))}
              </div>
            ))}
          {items.length === 0 && !isBusy && <div className={styles.nothing}>{nothing}</div>}
        </div>
        <VisuallyHidden>
          <span role="status">{!isBusy && countText(items.length)}</span>
        </VisuallyHidden>
      </div>
    </dialog>
  );
}

interface OptionProps {
  id: string;
  item: PaletteItem;
  isActive: boolean;
  onPoint: () => void;
}

function Option({ id, item, isActive, onPoint }: OptionProps) {
  return (
    // The focus stays in the field, whose keys move and take.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className={styles.option}
      onPointerMove={() => !isActive && onPoint()}
      onClick={item.run}
    >
      {item.icon}
      <span className={styles.label}>{item.label}</span>
      {item.detail && <span className={styles.detail}>{item.detail}</span>}
      {item.aside && <span className={styles.aside}>{item.aside}</span>}
    </div>
  );
}

function countText(count: number): string {
  if (count === 0) return 'Nothing fits';
  return count === 1 ? '1 result' : `${count} results`;
}
