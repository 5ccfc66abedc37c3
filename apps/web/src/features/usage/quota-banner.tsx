import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconGauge, IconX } from '@tabler/icons-react';
import { IconButton } from '@apigate/ui/icon-button';
import { Notice } from '@apigate/ui/notice';
import { useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import { raisedText } from './alert-text.ts';
import styles from './quota-banner.module.css';

const seenKey = 'apigate.alertSeen';

/** The last threshold that was reached, on every page until it is put away. */
export function QuotaBanner() {
  const me = useMe();
  const { data } = useQuery(trpc.alerts.get.queryOptions({}, { staleTime: 60_000 }));
  const [seen, setSeen] = useState(() => localStorage.getItem(seenKey));
  const last = data?.raised[0];
  const name = last && `${me.id} ${last.measure} ${last.percent} ${last.at.toISOString()}`;
  if (!last || name === undefined || name === seen) return null;
  return (
    <div className={styles.banner}>
      <Notice
        tone={last.measure === 'quota' && last.percent >= 100 ? 'bad' : 'warn'}
        icon={<IconGauge aria-hidden />}
        action={
          <IconButton
            label="Put away until the next threshold"
            icon={<IconX aria-hidden />}
            onClick={() => {
              localStorage.setItem(seenKey, name);
              setSeen(name);
            }}
          />
        }
      >
        {raisedText(last)}. <Link to="/portal/usage">See your usage</Link>
      </Notice>
    </div>
  );
}
