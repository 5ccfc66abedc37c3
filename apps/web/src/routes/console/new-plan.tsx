import { Link, useNavigate } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import { PageHeader } from '@apigate/ui/page-header';
import { NewPlan } from '../../features/plans/new-plan.tsx';
import { Page } from '../../lib/page.tsx';
import back from '../back.module.css';

export function NewPlanScreen() {
  const navigate = useNavigate();
  return (
    <Page title="New plan">
      <Link to="/console/plans" className={back.back}>
        <IconArrowLeft aria-hidden size="1rem" /> Plans
      </Link>
      <PageHeader title="New plan" />
      <NewPlan onCreated={() => void navigate({ to: '/console/plans' })} />
    </Page>
  );
}
