import { useEffect, useSyncExternalStore } from 'react';
import { IconX } from '@tabler/icons-react';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { dismissToast, subscribeToToasts, toasts, type Toast } from './toasts.ts';
import styles from './toaster.module.css';

/** Where short reports of what was done appear, with a way back where there is one. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribeToToasts, toasts);
  return (
    <section className={styles.toaster} aria-label="Notifications" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

const shownForMs = 8000;

function ToastCard({ toast }: { toast: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(toast.id), shownForMs);
    return () => clearTimeout(timer);
  }, [toast.id]);

  return (
    <div className={styles.toast}>
      <p>{toast.text}</p>
      {toast.undo && (
        <Button
          kind="quiet"
          onClick={() => {
            dismissToast(toast.id);
            toast.undo?.();
          }}
        >
          Undo
        </Button>
      )}
      <IconButton
        label="Dismiss"
        icon={<IconX aria-hidden />}
        onClick={() => dismissToast(toast.id)}
      />
    </div>
  );
}
