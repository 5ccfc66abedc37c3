import type { EntityManager } from '@mikro-orm/postgresql';
import { checkHost } from '../addresses/guarded-lookup.ts';
import { DomainError } from '../errors.ts';
import { readSettings } from '../settings/read-settings.ts';

/**
 * Refuses a URL whose host is an address that the proxy would never connect to. Names are checked when they are connected
 * to: what they stand for can change.
 *
 * @throws DomainError bad_request
 */
export async function checkUpstreamUrl(em: EntityManager, url: string): Promise<void> {
  const { 'upstreams.allow_private': allowPrivate } = await readSettings(em);
  if (checkHost(new URL(url).hostname, { allowPrivate }) === null) return;
  const message =
    'must not lead to a metadata service, a link-local or a forbidden private address';
  throw new DomainError('bad_request', `The URL ${message}.`, {
    errors: [{ path: 'url', message }],
  });
}
