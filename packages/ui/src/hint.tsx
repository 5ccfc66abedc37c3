import { useId, useRef } from 'react';
import { Tip } from './tip.tsx';
import styles from './hint.module.css';

export interface HintProps {
  /** What the text is about, before it: "Reason". */
  label: string;
  text: string;
}

/** A question mark that tells more on hover, focus and touch. */
export function Hint({ label, text }: HintProps) {
  const id = useId();
  const tip = useRef<HTMLSpanElement>(null);
  const show = (source: HTMLElement): void => tip.current?.showPopover({ source });
  const hide = (): void => tip.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        className={styles.mark}
        aria-label={label}
        aria-describedby={id}
        onPointerEnter={(event) => show(event.currentTarget)}
        onPointerLeave={hide}
        onFocus={(event) => show(event.currentTarget)}
        onBlur={hide}
      >
        ?
      </button>
      <Tip ref={tip} id={id} role="tooltip">
        {text}
      </Tip>
    </>
  );
}
