import { IconArrowBackUp, IconPlayerStop, IconShieldCheck } from '@tabler/icons-react';
import styles from './consequence-list.module.css';

const kinds = {
  stops: { icon: IconPlayerStop, word: 'Stops' },
  kept: { icon: IconShieldCheck, word: 'Kept' },
  undo: { icon: IconArrowBackUp, word: 'Undo' },
} as const;

export interface ConsequenceListProps {
  items: readonly { kind: keyof typeof kinds; text: string }[];
}

/** What an action stops, what it keeps and what can be undone, before it is taken. */
export function ConsequenceList({ items }: ConsequenceListProps) {
  return (
    <ul className={styles.list}>
      {items.map(({ kind, text }) => {
        const { icon: Icon, word } = kinds[kind];
        return (
          <li key={text} data-kind={kind}>
            <Icon aria-hidden size="1.125rem" />
            <b>{word}</b>
            <span>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}
