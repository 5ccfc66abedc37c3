import { useSyncExternalStore } from 'react';
import { IconCloudOff } from '@tabler/icons-react';
import { Notice } from '@apigate/ui/notice';

/** Says that the network is gone, for as long as it is. */
export function OfflineNotice() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (isOnline) return null;
  return (
    <Notice tone="warn" icon={<IconCloudOff aria-hidden />}>
      You are offline. What you see may be old; it is brought up to date when the connection is
      back.
    </Notice>
  );
}

function subscribe(onChange: () => void): () => void {
  addEventListener('online', onChange);
  addEventListener('offline', onChange);
  return () => {
    removeEventListener('online', onChange);
    removeEventListener('offline', onChange);
  };
}
