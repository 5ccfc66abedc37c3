import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Button, type ButtonLook } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';
import { useCopy } from './use-copy.ts';
import styles from './copy-button.module.css';

export interface CopyButtonProps {
  text: string;
  /** What is copied, for the name of the button: "Copy key". */
  label: string;
  /** `icon` is a button without words, beside what it copies. */
  kind?: ButtonLook['kind'] | 'icon';
}

/** Copies a text and says so in its own place, without changing its width. */
export function CopyButton({ text, label, kind = 'quiet' }: CopyButtonProps) {
  const { isCopied, copy } = useCopy();
  const icon = isCopied ? <IconCheck aria-hidden /> : <IconCopy aria-hidden />;
  return (
    <span className={styles.copy} data-copied={isCopied || undefined}>
      {kind === 'icon' ? (
        <IconButton label={label} icon={icon} className={styles.small} onClick={() => copy(text)} />
      ) : (
        <Button kind={kind} icon={icon} onClick={() => copy(text)}>
          <span className={styles.words}>
            <span data-word="copy">{label}</span>
            <span data-word="copied">Copied</span>
          </span>
        </Button>
      )}
      <span role="status">
        <VisuallyHidden>{isCopied ? 'Copied' : ''}</VisuallyHidden>
      </span>
    </span>
  );
}
