import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { RefusalExplanation } from '@apigate/contract';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { bytesText, msText } from '../../lib/measure-text.ts';
import { numberText } from '../../lib/number-text.ts';
import type { RequestPart } from './request-report.tsx';

export interface RequestFactsProps {
  explanation: RefusalExplanation;
  part: RequestPart;
}

/** What is recorded of a request, with the ways to whom and what it concerns. */
export function RequestFacts({ explanation: { event, plan }, part }: RequestFactsProps) {
  const isConsole = part === 'console';
  const { user, key, route } = event;
  const facts: { term: string; value: ReactNode }[] = [];
  const add = (term: string, value: ReactNode): void => void facts.push({ term, value });
  if (isConsole && user !== null) add('User', userLink(user));
  if (key !== null)
    add('Key', isConsole ? consoleKey(key) : <Link to="/portal/keys">{key.name}</Link>);
  if (plan !== null)
    add('Plan', isConsole ? consolePlan(plan) : <Link to="/portal/plan">{plan.name}</Link>);
  if (route !== null) add('Route', route.name);
  add('From', event.ip ?? 'not known');
  if (event.userAgent !== null) add('Client', event.userAgent);
  add('Cost', `${numberText(event.units)} ${event.units === 1 ? 'unit' : 'units'}`);
  add('Took', msText(event.latencyMs));
  if (event.upstreamLatencyMs !== null) add('Of that, the API', msText(event.upstreamLatencyMs));
  add('Received', bytesText(event.bytesIn));
  add('Sent', bytesText(event.bytesOut));
  return (
    <Panel title="The request">
      <DescriptionList items={facts} />
    </Panel>
  );
}

function userLink({ id, email }: { id: string; email: string }) {
  return (
    <Link to="/console/users/$id" params={{ id }}>
      {email}
    </Link>
  );
}

function consoleKey({ id, name }: { id: string; name: string }) {
  return (
    <Link to="/console/keys/$id" params={{ id }}>
      {name}
    </Link>
  );
}

function consolePlan({ slug, name }: { slug: string; name: string }) {
  return (
    <Link to="/console/plans/$plan" params={{ plan: slug }}>
      {name}
    </Link>
  );
}
