import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { IconX } from '@tabler/icons-react';
import { IconButton } from './icon-button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  title: string;
  /** `wide` for things to read side by side. */
  size?: 'wide';
  children: ReactNode;
  onClose: () => void;
}

/**
 * A modal dialog, open for as long as it is rendered. The native element keeps the focus inside and gives it back on
 * leaving; nothing is lost by a stray click, because only Escape and its buttons close it. What is marked
 * `data-first-focus` has the focus first.
 */
export function Dialog({ title, size, children, onClose }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    return () => dialog?.close();
  }, []);

  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      data-size={size}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className={styles.header}>
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        <IconButton label="Close" icon={<IconX aria-hidden />} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
