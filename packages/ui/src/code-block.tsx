import { CopyButton } from './copy-button.tsx';
import styles from './code-block.module.css';

export interface CodeBlockProps {
  code: string;
  /** What the code is, for the copy button: "Copy command". */
  copyLabel: string;
}

export function CodeBlock({ code, copyLabel }: CodeBlockProps) {
  return (
    <div className={styles.block}>
      <pre tabIndex={0} aria-label={copyLabel.replace(/^Copy /, '')} role="region">
        <code>{code}</code>
      </pre>
      <CopyButton kind="icon" text={code} label={copyLabel} />
    </div>
  );
}
