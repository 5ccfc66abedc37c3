import { useId, useState, type ReactNode } from 'react';
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
  children: ReactNode;
}

/** Something that floats below its button until Escape or a click elsewhere. The browser places and closes it. */
export function Popover({ label, trigger, className, children }: PopoverProps) {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      {trigger({ popoverTarget: id, 'aria-expanded': isOpen, 'aria-haspopup': 'dialog' })}
      <div
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={classNames(styles.popover, className)}
        onToggle={(event) => setIsOpen(event.newState === 'open')}
      >
        {isOpen && children}
      </div>
    </>
  );
}
