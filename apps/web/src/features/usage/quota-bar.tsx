import type { Quota, UsageForecast } from '@apigate/contract';
import { Meter } from '@apigate/ui/meter';
import { numberText, percentText } from '../../lib/number-text.ts';
import styles from './quota-bar.module.css';

export interface QuotaBarProps {
  quota: Quota;
  /** Null while none can be made. */
  forecast: UsageForecast | null;
}

/** Used of allowed, where it leads, and when it starts anew. */
export function QuotaBar({ quota, forecast }: QuotaBarProps) {
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

  const forecastPercent = forecast === null ? undefined : (forecast.units / limit) * 100;
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
        forecastPercent={forecastPercent}
      />
      <p className={styles.foot}>
        <span>{footText(quota, forecast)}</span>
        {resets}
      </p>
    </div>
  );
}

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

function footText({ used, limit }: Quota, forecast: UsageForecast | null): string | null {
  if (limit === null) return null;
  if (used >= limit) return 'The quota is used up.';
  if (forecast === null || used === 0) return null;
  if (forecast.quotaReachedAt)
    return `At this pace full on ${day.format(forecast.quotaReachedAt)}.`;
  return `At this pace ${percentText(Math.round((forecast.units / limit) * 100))} by the end.`;
}
