import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconShieldExclamation } from '@tabler/icons-react';
import { Notice } from '@apigate/ui/notice';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { EmailPanel } from '../../features/security/email-panel.tsx';
import { PasswordPanel } from '../../features/security/password-panel.tsx';
import { SecondFactorPanel } from '../../features/security/second-factor-panel.tsx';
import { SessionsPanel } from '../../features/security/sessions-panel.tsx';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import styles from './security.module.css';

export function SecurityScreen() {
  return (
    <Page title="Security">
      <PageHeader title="Security" about="How you sign in, and where you are signed in." />
      <QueryBoundary pending={<Skeleton heightPx={480} />}>
        <SecurityParts />
      </QueryBoundary>
    </Page>
  );
}

function SecurityParts() {
  const navigate = useNavigate();
  const { data: security } = useSuspenseQuery(trpc.security.get.queryOptions());
  // Held from the first look: once the second factor is on, its codes must be stored before anything else.
  const [isSentHere, setIsSentHere] = useState(security.mustEnrolSecondFactor);
  return (
    <>
      {security.mustEnrolSecondFactor && (
        <Notice tone="warn" icon={<IconShieldExclamation aria-hidden />}>
          Admins need a second factor here. Set it up, and the console opens; until then nothing
          else does.
        </Notice>
      )}
      <SecondFactorPanel
        onSetUp={
          isSentHere
            ? () => {
                setIsSentHere(false);
                void navigate({ to: '/console' });
              }
            : undefined
        }
      />
      {!isSentHere && (
        <>
          <div className={styles.columns}>
            <PasswordPanel />
            <EmailPanel />
          </div>
          <SessionsPanel />
        </>
      )}
    </>
  );
}
