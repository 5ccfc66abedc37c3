import { upstream as upstreamSchema, type Upstream as UpstreamView } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import type { Upstream } from './upstream.ts';

/** An upstream as every surface shows it, without the value of its authentication header. */
export function upstreamView(upstream: Upstream): UpstreamView {
  return upstreamSchema.parse(wrap(upstream).toObject());
}
