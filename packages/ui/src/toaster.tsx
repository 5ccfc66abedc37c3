import { useEffect, useState, useSyncExternalStore } from 'react';
import { IconX } from '@tabler/icons-react';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import { dismissToast, subscribeToToasts, toasts, type Toast } from './toasts.ts';
import styles from './toaster.module.css';

/** Where short reports of what was done appear, with a way back where there is one. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribeToToasts, toasts);
  useEffect(() => {
    document.addEventListener('keydown', undoNewest);
    return () => document.removeEventListener('keydown', undoNewest);
  }, []);
  return (
    <section className={styles.toaster} aria-label="Notifications" aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

const shownForMs = 8000;

/** Ctrl+Z or ⌘Z, outside of fields, which have an undo of their own. */
function undoNewest(event: KeyboardEvent): void {
  if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (event.target instanceof Element && event.target.closest('input, textarea, select')) return;
  const newest = toasts().findLast((toast) => toast.undo);
  if (newest === undefined) return;
  event.preventDefault();
  undo(newest);
}

function undo(toast: Toast): void {
  dismissToast(toast.id);
  toast.undo?.();
}

/** Stays for as long as a pointer or the focus is on it. */
function ToastCard({ toast }: { toast: Toast }) {
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(() => dismissToast(toast.id), shownForMs);
    return () => clearTimeout(timer);
  }, [toast.id, isHeld]);

  return (
    <div
      className={styles.toast}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <p>{toast.text}</p>
      {toast.undo && (
        <Button
          kind="quiet"
          aria-keyshortcuts="Control+Z Meta+Z"
          title="Ctrl+Z"
          onClick={() => undo(toast)}
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
