import type { UsageSummary } from '@apigate/contract';
import type { ChartColor } from '@apigate/ui/stacked-bars';

type Outcomes = UsageSummary['outcomes'];

interface OutcomeSeries {
  id: string;
  name: string;
  about: string;
  color: ChartColor;
  count: (outcomes: Outcomes) => number;
}

/** What becomes of requests, in the colours that it has on every page. */
export const outcomeSeries: readonly OutcomeSeries[] = [
  {
    id: 'answered',
    name: 'Answered',
    about: 'Status 2xx and 3xx',
    color: 1,
    count: (outcomes: Outcomes) => outcomes['2xx'] + outcomes['3xx'],
  },
  {
    id: 'clientErrors',
    name: 'Client errors',
    about: 'Status 4xx, from the API',
    color: 2,
    count: (outcomes: Outcomes) => outcomes['4xx'],
  },
  {
    id: 'serverErrors',
    name: 'Server errors',
    about: 'Status 5xx, from the API',
    color: 3,
    count: (outcomes: Outcomes) => outcomes['5xx'],
  },
  {
    id: 'refused',
    name: 'Refused',
    about: 'Stopped before the API, by a rule; costs nothing',
    color: 4,
    count: (outcomes: Outcomes) => outcomes.refused,
  },
];
