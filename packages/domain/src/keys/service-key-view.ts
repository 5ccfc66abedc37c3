import {
  serviceKey as serviceKeySchema,
  type ServiceKey as ServiceKeyView,
} from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import { refusalOfKey } from '../gateway/checks.ts';
import type { ServiceKey } from './service-key.ts';

/** A service key as every surface shows it. */
export function serviceKeyView(serviceKey: ServiceKey, now: Date): ServiceKeyView {
  const refusal = refusalOfKey(
    {
      revoked: serviceKey.revokedAt != null,
      enabled: true,
      graceUntilMs: null,
      expiresAtMs: serviceKey.expiresAt?.getTime() ?? null,
    },
    now.getTime(),
  );
  const status =
    refusal === null ? 'live' : refusal === 'key_revoked' ? ('revoked' as const) : 'expired';
  return serviceKeySchema.parse({ ...wrap(serviceKey).toObject(), status });
}
