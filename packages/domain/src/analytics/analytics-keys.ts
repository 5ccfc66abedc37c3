import type { keyUsageInput, KeyUsage, Parsed } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { percentOf } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { periodOf } from './range.ts';

interface KeyRow {
  keyId: string;
  keyName: string | null;
  userId: string;
  email: string;
  requests: number;
  units: number;
  errors: number;
  bytesIn: number;
  bytesOut: number;
  lastUsedAt: Date | null;
}

/** The keys with most requests in a month, of a user or of all. @throws DomainError not_found */
export async function analyticsKeys(
  ctx: DomainContext,
  input: Parsed<typeof keyUsageInput>,
): Promise<{ data: KeyUsage[] }> {
  const owner = await usageOwner(ctx, input.user);
  const { start } = periodOf(input.month, ctx.now);
  const rows: KeyRow[] = await ctx.em.execute(
    `select f.key_id as "keyId", k.name as "keyName", u.id as "userId", u.email, f.requests::float8 as requests,
      f.units::float8 as units, f.errors::float8 as errors, f.bytes_in::float8 as "bytesIn",
      f.bytes_out::float8 as "bytesOut", k.last_used_at as "lastUsedAt"
    from (
      select * from usage_key_periods where period_start = ?${owner === null ? '' : ' and user_id = ?'}
      order by requests desc, key_id limit ?
    ) f join users u on u.id = f.user_id left join keys k on k.id = f.key_id
    order by f.requests desc, f.key_id`,
    [start, ...(owner === null ? [] : [owner.id]), input.limit],
  );
  return {
    data: rows.map(({ keyId, keyName, userId, email, lastUsedAt, ...figures }) => ({
      ...figures,
      key: { id: keyId, name: keyName ?? 'deleted key' },
      user: { id: userId, email },
      errorPercent: percentOf(figures.errors, figures.requests),
      lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt),
    })),
  };
}
