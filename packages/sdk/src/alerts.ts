import type { Transport } from './transport.ts';
import type { Alerts, UpdateAlertsInput } from './types.ts';

/** At which shares of the quota its user is told. */
export function alertsApi(transport: Transport) {
  return {
    /** Of a user (id, e-mail, username or external id), or of the caller: thresholds, and which were reached. */
    get: (user?: string): Promise<Alerts> => transport.query('alerts.get', { user }),
    /** Changes what is given; a list of thresholds takes the place of the one before. */
    update: (input: UpdateAlertsInput): Promise<Alerts> => transport.mutate('alerts.update', input),
  };
}
