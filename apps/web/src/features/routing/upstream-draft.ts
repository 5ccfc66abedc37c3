import type { CreateUpstreamInput, UpdateUpstreamInput, Upstream } from '@apigate/contract';
import { formText } from '../../lib/form-text.ts';

/** What a form about an upstream says. */
export type UpstreamDraft = CreateUpstreamInput & { isHeaderRemoved: boolean };

/**
 * Reads what stands in a form about an upstream.
 *
 * @param headerName of the auth header that it has: with the same name and no value it is left as it is
 */
export function readUpstreamForm(form: FormData, headerName: string | null): UpstreamDraft {
  const text = (field: string) => formText(form, field).trim();
  const authHeader = { name: text('authHeaderName'), value: text('authHeaderValue') };
  const isHeaderGiven = authHeader.value !== '' || authHeader.name !== (headerName ?? '');
  return {
    name: text('name'),
    url: text('url'),
    connectTimeoutMs: Number(text('connectTimeoutMs')),
    responseTimeoutMs: Number(text('responseTimeoutMs')),
    idleTimeoutMs: Number(text('idleTimeoutMs')),
    connectionsMax: Number(text('connectionsMax')),
    ...(isHeaderGiven && { authHeader }),
    isHeaderRemoved: form.has('removeAuthHeader'),
  };
}

/** Only what differs is sent, so that two admins do not undo each other. */
export function upstreamChangesOf(
  draft: CreateUpstreamInput,
  upstream: Upstream,
  isHeaderRemoved: boolean,
): Omit<UpdateUpstreamInput, 'upstream'> {
  const before: Readonly<Record<string, unknown>> = { ...upstream };
  const changes = Object.fromEntries(
    Object.entries(draft).filter(([field, value]) => value !== before[field]),
  );
  return isHeaderRemoved ? { ...changes, authHeader: null } : changes;
}
