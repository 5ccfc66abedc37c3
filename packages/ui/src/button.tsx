import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './button.module.css';

export interface ButtonLook {
  /** `primary` once a view, `danger` for what cannot be taken back lightly, `quiet` inside rows and bars. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger' | undefined;
  icon?: ReactNode;
}

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'>, ButtonLook {
  /** The action runs: the button keeps its place and its focus, and does nothing more. */
  busy?: boolean | undefined;
}

export function Button({
  kind,
  icon,
  busy = false,
  children,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      data-busy={busy || undefined}
      className={classNames(buttonClassName(kind), className)}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon}
      {children}
    </button>
  );
}

/** The look of a button, for a link that stands among buttons. */
export function buttonClassName(kind: ButtonLook['kind'] = 'secondary'): string {
  return classNames(styles.button, styles[kind]);
}
