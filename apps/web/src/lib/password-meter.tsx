import type { PasswordStrength } from './password-strength.ts';
import styles from './password-meter.module.css';

export interface PasswordMeterProps {
  chars: number;
  charsMin: number;
  scoreMin: number;
  /** Undefined while nothing is typed, or not known yet. */
  strength: PasswordStrength | undefined;
}

const words = ['Very weak', 'Weak', 'Fair', 'Strong', 'Very strong'] as const;

/** A bar of four parts, a word, and what would make the password better. Its room is taken from the start. */
export function PasswordMeter({ chars, charsMin, scoreMin, strength }: PasswordMeterProps) {
  const tooShort = charsMin - chars;
  const score = strength?.score ?? 0;
  // One that is too short is never good, however odd it is.
  const shown = tooShort > 0 ? Math.min(score, 1) : score;
  const word = words[shown] ?? words[0];
  const isGood = tooShort <= 0 && score >= scoreMin;
  return (
    <div className={styles.meter} data-tone={isGood ? (score >= 3 ? 'good' : 'fair') : 'bad'}>
      <div
        role="meter"
        aria-label="Password strength"
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={strength ? shown : 0}
        aria-valuetext={strength ? word : 'Nothing typed yet'}
        className={styles.bar}
      >
        {[1, 2, 3, 4].map((part) => (
          <span key={part} data-full={(strength && part <= Math.max(shown, 1)) || undefined} />
        ))}
      </div>
      <p className={styles.words} role="status">
        {strength ? (
          <>
            <b>{word}.</b> {adviceText(tooShort, isGood, strength.advice)}
          </>
        ) : (
          `At least ${charsMin} characters. A few words that do not belong together are strong.`
        )}
      </p>
    </div>
  );
}

function adviceText(tooShort: number, isGood: boolean, advice: string): string {
  if (tooShort > 0) return `${tooShort} more ${tooShort === 1 ? 'character' : 'characters'}.`;
  if (isGood) return '';
  return advice === '' ? 'Add a word or two.' : advice;
}
