import type { ReactNode } from 'react';
import { Link, useLocation } from '@tanstack/react-router';

/** The page of a request in the part of the app that one is in. */
function useRequestPage() {
  const isConsole = useLocation({ select: ({ pathname }) => pathname.startsWith('/console') });
  return isConsole ? '/console/requests/$requestId' : '/portal/requests/$requestId';
}

/** Leads from a row of a table to what became of its request. */
export function RequestLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link to={useRequestPage()} params={{ requestId: id }} data-opens-row>
      {children}
    </Link>
  );
}
