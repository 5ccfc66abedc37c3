import { Link } from '@tanstack/react-router';
import { IconMailPause } from '@tabler/icons-react';
import { CodeBlock } from '@apigate/ui/code-block';
import { Notice } from '@apigate/ui/notice';
import { smtpCommand } from './smtp-command.ts';
import styles from './kept-notice.module.css';

/** Why mails stay here, and what to do about it. */
export function KeptNotice() {
  return (
    <div className={styles.kept}>
      <Notice tone="warn" icon={<IconMailPause aria-hidden />}>
        There is no mail server, so mails wait here: open one to copy its link and hand it on
        yourself. Name a server under <Link to="/console/settings">Settings</Link>, or by this
        command, which asks for its address (smtps://user:password@host).
      </Notice>
      <CodeBlock code={smtpCommand} copyLabel="Copy command" />
    </div>
  );
}
