import type { ReactNode } from 'react';
import { IconCheck, IconChevronRight, IconMinus, IconX } from '@tabler/icons-react';
import styles from './timeline.module.css';

const verdicts = {
  passed: { icon: IconCheck, word: 'passed' },
  refused: { icon: IconX, word: 'refused' },
  skipped: { icon: IconMinus, word: 'not looked at' },
} as const;

export interface TimelineStep {
  name: string;
  verdict: keyof typeof verdicts;
  /** The number that it was decided by, in a few characters. */
  figure?: ReactNode;
  /** What was found, each in a sentence; none for a step that was not looked at. */
  findings: readonly { isDecisive: boolean; text: string }[];
}

export interface TimelineProps {
  label: string;
  steps: readonly TimelineStep[];
}

/** What a request went through, step by step. The one that decided is open, the others open when asked. */
export function Timeline({ label, steps }: TimelineProps) {
  const decisive = steps.find(({ verdict }) => verdict === 'refused') ?? steps.at(-1);
  return (
    <ol className={styles.timeline} aria-label={label}>
      {steps.map((step) => (
        <li key={step.name} data-verdict={step.verdict}>
          {step.findings.length === 0 ? (
            <div className={styles.line}>
              <Line step={step} />
            </div>
          ) : (
            <details open={step === decisive}>
              <summary className={styles.line}>
                <Line step={step} />
                <IconChevronRight aria-hidden size="1rem" className={styles.chevron} />
              </summary>
              <ul className={styles.findings}>
                {step.findings.map(({ isDecisive, text }) => (
                  <li key={text} data-decisive={isDecisive || undefined}>
                    {text}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Line({ step: { name, verdict, figure } }: { step: TimelineStep }) {
  const { icon: Icon, word } = verdicts[verdict];
  return (
    <>
      <span className={styles.mark}>
        <Icon aria-hidden size="0.875rem" stroke={2.5} />
      </span>
      <span className={styles.name}>{name}</span>
      <span className={styles.figure}>{figure}</span>
      <span className={styles.verdict}>{word}</span>
    </>
  );
}
