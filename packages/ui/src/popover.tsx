import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './popover.module.css';

export interface PopoverProps {
  label: string;
  /** The element that opens it gets these. */
  trigger: (props: {
    popoverTarget: string;
    'aria-expanded': boolean;
    'aria-haspopup': 'dialog';
  }) => ReactNode;
  className?: string | undefined;
  align?: 'start' | 'end';
  children: ReactNode;
}

/**
 * Something that floats below its button until Escape or a click elsewhere. The browser places and closes it. What is
 * marked `data-first-focus` has the focus first.
 */
export function Popover({ label, trigger, className, align = 'end', children }: PopoverProps) {
  const id = useId();
  const ref = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    if (isOpen) ref.current?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
  }, [isOpen]);
  return (
    <>
      {trigger({ popoverTarget: id, 'aria-expanded': isOpen, 'aria-haspopup': 'dialog' })}
      <div
        ref={ref}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        data-align={align}
        className={classNames(styles.popover, className)}
        onToggle={(event) => setIsOpen(event.newState === 'open')}
      >
        {isOpen && children}
      </div>
    </>
  );
}
