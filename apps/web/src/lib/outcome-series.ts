import type { UsageOutcome } from '@apigate/contract';
import type { ChartSeries, TimePoint } from '@apigate/ui/charts/time-chart';

type Outcomes = Record<UsageOutcome, number>;

interface OutcomeSeries extends ChartSeries {
  outcomes: readonly UsageOutcome[];
}

/** What becomes of requests, in the colours that it has on every page. */
export const outcomeSeries: readonly OutcomeSeries[] = [
  {
    id: 'answered',
    name: 'Answered',
    about: 'Status 2xx and 3xx',
    color: 1,
    outcomes: ['2xx', '3xx'],
  },
  {
    id: 'clientErrors',
    name: 'Client errors',
    about: 'Status 4xx, from the API',
    color: 2,
    outcomes: ['4xx'],
  },
  {
    id: 'serverErrors',
    name: 'Server errors',
    about: 'Status 5xx, from the API',
    color: 3,
    outcomes: ['5xx'],
  },
  {
    id: 'refused',
    name: 'Refused',
    about: 'Stopped before the API, by a rule; costs nothing',
    color: 4,
    outcomes: ['refused'],
  },
];

/** A bucket of the chart of outcomes. @param outcomes left out where there were no requests */
export function outcomePoint(atMs: number, outcomes?: Outcomes): TimePoint {
  return {
    atMs,
    values: Object.fromEntries(
      outcomeSeries.map((series) => [
        series.id,
        series.outcomes.reduce((sum, outcome) => sum + (outcomes?.[outcome] ?? 0), 0),
      ]),
    ),
  };
}
