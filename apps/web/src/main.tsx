import './lib/first-fetch.ts';
import './lib/without-eval.ts';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '@apigate/ui/tokens.css';
import '@apigate/ui/base.css';
import { dismissAllToasts } from '@apigate/ui/toasts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { fetchCaller } from './lib/me.ts';
import { mayBeSignedIn, onSessionEnd } from './lib/session.ts';
import { queryClient } from './lib/trpc.ts';
import { router } from './router.tsx';

onSessionEnd((end) => {
  const { matches, location } = router.state;
  // Pages outside of the two frames are for everybody.
  if (!matches.some(({ routeId }) => routeId === '/console' || routeId === '/portal')) return;
  const { pathname, href } = location;
  void router
    .navigate({
      to: pathname.startsWith('/portal') ? '/portal/login' : '/console/login',
      search: end === 'expired' ? { next: href, notice: 'session-ended' } : {},
    })
    .then(() => {
      queryClient.clear();
      dismissAllToasts();
    });
});

// Whoever needs the answer asks again, and is told when there is none.
if (mayBeSignedIn()) fetchCaller().catch(() => undefined);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
