import type { Key } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';
import styles from './key-restrictions.module.css';

export interface KeyRestrictionsProps {
  apiKey: Pick<Key, 'scopes' | 'allowedIps' | 'rateLimitPerMinute'>;
}

/** What a key is good for, in two lines: its scopes, then from where and how often. */
export function KeyRestrictions({ apiKey }: KeyRestrictionsProps) {
  const { scopes, allowedIps, rateLimitPerMinute } = apiKey;
  const limits = [
    ...(allowedIps === null ? [] : [`from ${allowedIps.join(', ')}`]),
    ...(rateLimitPerMinute === null ? [] : [`${numberText(rateLimitPerMinute)} a minute`]),
  ].join(' · ');
  if (scopes.length === 0 && limits === '') return <span className={styles.none}>None</span>;
  return (
    <span className={styles.restrictions}>
      {scopes.length > 0 && <code>{scopes.join(' ')}</code>}
      {limits !== '' && <span>{limits}</span>}
    </span>
  );
}
