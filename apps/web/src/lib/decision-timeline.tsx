import type { DecisionStep, ToldStep } from '@apigate/contract';
import { Timeline, type TimelineStep } from '@apigate/ui/timeline';
import { numberText } from './number-text.ts';

/** The steps of the proxy in their order, each with the rules that it consists of. */
const stages: readonly { name: string; rules: readonly DecisionStep['rule'][] }[] = [
  { name: 'Guard', rules: ['guard'] },
  { name: 'Route', rules: ['route'] },
  { name: 'Key', rules: ['credential', 'key', 'ip', 'scopes'] },
  { name: 'User', rules: ['user'] },
  { name: 'Rate limit', rules: ['rate_limit'] },
  { name: 'Quota', rules: ['quota'] },
  { name: 'Upstream', rules: ['forward'] },
];

export interface DecisionTimelineProps {
  steps: readonly ToldStep[];
  /** What stands beside a step when its rules have no number of their own. */
  figures?: Partial<Record<'Key' | 'Quota' | 'Upstream', string | undefined>>;
  /** Whether nothing was sent: how full the buckets are is not known then. */
  isForecast?: boolean;
}

/** How the proxy decides on a request: the same picture for one that came, and one that is thought through. */
export function DecisionTimeline({ steps, figures = {}, isForecast }: DecisionTimelineProps) {
  const named: Readonly<Record<string, string | undefined>> = figures;
  const foundAt = stages.map(({ rules }) => steps.filter(({ rule }) => rules.includes(rule)));
  const last = foundAt.findLastIndex((found) => found.length > 0);
  return (
    <Timeline
      label="Steps of the proxy, in their order"
      steps={stages.map(({ name }, at): TimelineStep => {
        const found = foundAt[at] ?? [];
        const refused = found.find(({ passed }) => !passed);
        return {
          name,
          // A step of which nothing was noted was passed if a later one was come to.
          verdict: refused ? 'refused' : at <= last ? 'passed' : 'skipped',
          figure: figureOf(refused ?? tightest(found), isForecast) ?? named[name],
          findings: found.map(({ passed, detail }) => ({ isDecisive: !passed, text: detail })),
        };
      })}
    />
  );
}

/** Of several buckets the one with the fewest tokens, else the first rule that has a number. */
function tightest(found: readonly ToldStep[]): ToldStep | undefined {
  const buckets = found.filter((step) => step.rule === 'rate_limit');
  return (
    buckets.toSorted((a, b) => a.remaining - b.remaining)[0] ??
    found.find((step) => figureOf(step) !== undefined)
  );
}

function figureOf(step: ToldStep | undefined, isForecast = false): string | undefined {
  switch (step?.rule) {
    case 'guard':
      return step.path ?? undefined;
    case 'route':
      return step.path === null ? 'none matches' : `${step.host ?? ''}${step.path}`;
    case 'user':
      return step.status;
    case 'rate_limit':
      return isForecast
        ? `${numberText(step.perMinute)} a minute`
        : `${numberText(step.remaining)} of ${numberText(step.capacity)} left`;
    case 'quota':
      return step.limit === null
        ? `${numberText(step.used)}, no limit`
        : `${numberText(step.used)} of ${numberText(step.limit)}`;
    case 'credential':
    case 'key':
    case 'ip':
    case 'scopes':
    case 'forward':
    case undefined:
      return undefined;
  }
}
