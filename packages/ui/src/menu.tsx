import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import popover from './popover.module.css';
import styles from './menu.module.css';

export interface MenuProps {
  label: string;
  trigger: (props: {
    popoverTarget: string;
    'aria-expanded': boolean;
    'aria-haspopup': 'menu';
  }) => ReactNode;
  /** `MenuItem`s, and links that carry `role="menuitem"`; rendered while the menu is open. */
  children: ReactNode;
  align?: 'start' | 'end';
}

/**
 * A list of actions below a button. Arrow keys and the first letters of an item move, a choice or Escape closes, the
 * focus goes back.
 */
export function Menu({ label, trigger, children, align = 'end' }: MenuProps) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const typed = useRef({ text: '', atMs: 0 });

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (!isLetter(event)) return moveFocus(event);
    const { text, atMs } = typed.current;
    const letters = (event.timeStamp - atMs < pauseMs ? text : '') + event.key.toLowerCase();
    typed.current = { text: letters, atMs: event.timeStamp };
    itemStartingWith(letters, event.currentTarget)?.focus();
  }

  return (
    <>
      {trigger({ popoverTarget: id, 'aria-expanded': isOpen, 'aria-haspopup': 'menu' })}
      <div
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        data-align={align}
        className={classNames(popover.popover, styles.menu)}
        onBeforeToggle={(event) => {
          if (event.newState === 'open') setIsOpen(true);
        }}
        onToggle={(event) => {
          if (event.newState === 'open') itemsOf(event.currentTarget)[0]?.focus();
          else setIsOpen(false);
        }}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('[role^="menuitem"]')) {
            event.currentTarget.hidePopover();
          }
        }}
      >
        {isOpen && children}
      </div>
    </>
  );
}

/** After this long the next letter begins a word anew. */
const pauseMs = 1_000;

function isLetter({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return key.length === 1 && key !== ' ' && !ctrlKey && !altKey && !metaKey;
}

function itemStartingWith(letters: string, menu: HTMLElement): HTMLElement | undefined {
  return itemsOf(menu).find((item) => item.textContent.toLowerCase().startsWith(letters));
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsOf(event.currentTarget);
  const at = items.findIndex((item) => item === document.activeElement);
  const target = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (target !== undefined) {
    event.preventDefault();
    items[target]?.focus();
  } else if (event.key === 'Tab') {
    event.currentTarget.hidePopover();
  }
}
