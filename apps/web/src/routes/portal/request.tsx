import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import { RequestReport } from '../../features/requests/request-report.tsx';
import { Page } from '../../lib/page.tsx';
import styles from '../back.module.css';

const route = getRouteApi('/portal/requests/$requestId');

export function RequestScreen() {
  const { requestId } = route.useParams();
  return (
    <Page title="Request">
      <Link to="/portal/requests" className={styles.back}>
        <IconArrowLeft aria-hidden size="1rem" /> Requests
      </Link>
      <RequestReport key={requestId} requestId={requestId} part="portal" />
    </Page>
  );
}
