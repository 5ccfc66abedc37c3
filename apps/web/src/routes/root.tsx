import { useEffect } from 'react';
import { Outlet, useRouter } from '@tanstack/react-router';
import { FullText } from '@apigate/ui/full-text';
import { useKeptFocus } from '@apigate/ui/use-kept-focus';
import { useBrandAccent } from '../lib/use-brand.ts';
import { Toaster } from '@apigate/ui/toaster';

/** What every page has: where it appears, the reports of what was done, and the whole of what an ellipsis cuts. */
export function RootScreen() {
  useBrandAccent();
  useFocusOnNewPage();
  useKeptFocus();
  return (
    <>
      <Outlet />
      <Toaster />
      <FullText />
    </>
  );
}

/** After a change of page the focus goes to its content, or keyboards and screen readers stay on what has gone. */
function useFocusOnNewPage(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (!pathChanged || fromLocation === undefined) return;
        document.getElementById('content')?.focus({ preventScroll: true });
      }),
    [router],
  );
}
