import { type Listing, listing, wholeListing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  AnalyticsOverview,
  AnalyticsOverviewInput,
  KeyUsage,
  KeyUsageInput,
  RouteUsage,
  RouteUsageInput,
  Timeseries,
  TimeseriesInput,
  UserUsage,
  UserUsageInput,
} from './types.ts';

/** What usage adds up to: of one user, or of all that the caller may see. */
export function analyticsApi(transport: Transport) {
  return {
    /** A month, beside the one before and with a forecast; or a range, beside as long a one before. */
    overview: (input: AnalyticsOverviewInput = {}): Promise<AnalyticsOverview> =>
      transport.query('analytics.overview', input),
    /** By hour or by day; with `groupBy`, also of each of the groups with most requests. */
    timeseries: (input: TimeseriesInput = {}): Promise<Timeseries> =>
      transport.query('analytics.timeseries', input),
    /** Those with most requests first. */
    routes: (input: RouteUsageInput = {}): Listing<RouteUsage> =>
      wholeListing(() => transport.query('analytics.routes', input)),
    /** Those with most requests first. */
    keys: (input: KeyUsageInput = {}): Listing<KeyUsage> =>
      wholeListing(() => transport.query('analytics.keys', input)),
    /** Ranked, and filtered by an expression such as `quota_percent > 80`. */
    users: (input: UserUsageInput = {}): Listing<UserUsage> =>
      listing((cursor = input.cursor) => transport.query('analytics.users', { ...input, cursor })),
  };
}
