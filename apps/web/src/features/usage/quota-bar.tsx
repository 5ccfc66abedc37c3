import type { Quota } from '@apigate/contract';
import { Meter } from '@apigate/ui/meter';
import { useNow } from '@apigate/ui/use-now';
import { numberText, percentText } from '../../lib/number-text.ts';
import { forecastQuota } from './forecast-quota.ts';
import styles from './quota-bar.module.css';

/** Used of allowed, where it leads, and when it starts anew. */
export function QuotaBar({ quota }: { quota: Quota }) {
  const nowMs = useNow();
  const { used, limit, percent, periodEnd } = quota;
  const resets = <span>Resets {resetText(periodEnd)}</span>;
  if (limit === null || percent === null) {
    return (
      <div className={styles.quota}>
        <p className={styles.amount} data-numeric>
          <strong>{numberText(used)}</strong> used, no limit
        </p>
        <p className={styles.foot}>{resets}</p>
      </div>
    );
  }

  const forecast = forecastQuota(quota, nowMs);
  const amount = `${numberText(used)} of ${numberText(limit)}`;
  return (
    <div className={styles.quota}>
      <p className={styles.amount} data-numeric>
        <strong>{numberText(used)}</strong> of {numberText(limit)} used
        <span className={styles.percent}>{percentText(percent)}</span>
      </p>
      <Meter
        label="Quota used"
        text={`${amount}, ${percentText(percent)}`}
        percent={percent}
        forecastPercent={forecast?.percent}
      />
      <p className={styles.foot}>
        <span>{used >= limit ? fullText : forecast && forecastText(forecast)}</span>
        {resets}
      </p>
    </div>
  );
}

const fullText = 'The quota is used up.';
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

function resetText(at: Date): string {
  return `${dayAndTime.format(at)} your time`;
}

function forecastText({ percent, fullAt }: { percent: number; fullAt: Date | null }): string {
  if (fullAt) return `At this pace full on ${day.format(fullAt)}.`;
  return `At this pace ${percentText(Math.round(percent))} by the end.`;
}
