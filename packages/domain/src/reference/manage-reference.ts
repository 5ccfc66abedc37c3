import type { ApiReference, fetchReferenceInput, Parsed, ReferenceSource } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { DomainError } from '../errors.ts';
import { readSettings } from '../settings/read-settings.ts';
import { fetchDocument, readText } from './fetch-document.ts';
import { readDocument } from './read-document.ts';
import { readReference } from './read-reference.ts';

/** What the API offers; null while nobody has given a document. */
export async function getReference(
  ctx: DomainContext,
): Promise<{ reference: ApiReference | null }> {
  authorize(ctx.actor, 'reference.read');
  const [row]: { content: ApiReference }[] = await ctx.em.execute(
    'select content from api_reference',
  );
  return { reference: row?.content ?? null };
}

/** Where the reference comes from; null while there is none. */
export async function getReferenceSource(
  ctx: DomainContext,
): Promise<{ source: ReferenceSource | null }> {
  authorize(ctx.actor, 'reference.write');
  return { source: await sourceIn(ctx.em) };
}

/** Makes the reference of a document. @param chunks its text, JSON or YAML. @throws DomainError bad_request */
export async function uploadReference(
  ctx: DomainContext,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ source: ReferenceSource | null }> {
  authorize(ctx.actor, 'reference.write');
  return store(ctx, await readText(chunks), null);
}

/**
 * Makes the reference of the document at a URL, or anew of the one where it came from.
 *
 * @throws DomainError bad_request
 */
export async function fetchReference(
  ctx: DomainContext,
  input: Parsed<typeof fetchReferenceInput>,
): Promise<{ source: ReferenceSource | null }> {
  authorize(ctx.actor, 'reference.write');
  const url = input.url ?? (await sourceIn(ctx.em))?.url ?? null;
  if (url === null) {
    throw new DomainError('bad_request', 'Say from which URL: the reference came from none.', {
      errors: [{ path: 'url', message: 'is needed' }],
    });
  }
  const settings = await readSettings(ctx.em);
  const allowPrivate = settings['upstreams.allow_private'];
  return store(ctx, await fetchDocument(url, { allowPrivate }), url);
}

/** Takes the reference off the portal. */
export async function removeReference(ctx: DomainContext): Promise<{ source: null }> {
  authorize(ctx.actor, 'reference.write');
  await ctx.em.transactional(async (em) => {
    const removed: unknown[] = await em.execute('delete from api_reference returning 1');
    if (removed.length === 0) return;
    await recordAudit(ctx, em, {
      action: 'reference.removed',
      target: { kind: 'reference', id: null, label: null },
    });
  });
  return { source: null };
}

async function sourceIn(em: EntityManager): Promise<ReferenceSource | null> {
  const [row]: { title: string; version: string; count: number; url: string | null; at: string }[] =
    await em.execute(
      `select content->>'title' as title, content->>'version' as version,
        jsonb_array_length(content->'operations') as count, url, updated_at as at
      from api_reference`,
    );
  if (row === undefined) return null;
  const { title, version, count, url, at } = row;
  return { title, version, operationCount: Number(count), url, updatedAt: new Date(at) };
}

async function store(ctx: DomainContext, text: string, url: string | null) {
  const reference = readReference(readDocument(text));
  const source = await ctx.em.transactional(async (em) => {
    await em.execute(
      `insert into api_reference (content, url, updated_at) values (?::jsonb, ?, ?)
      on conflict ("only") do update
      set content = excluded.content, url = excluded.url, updated_at = excluded.updated_at`,
      [JSON.stringify(reference), url, ctx.now],
    );
    const stored = await sourceIn(em);
    await recordAudit(ctx, em, {
      action: 'reference.changed',
      target: { kind: 'reference', id: null, label: reference.title },
      after: { version: reference.version, operations: reference.operations.length, url },
    });
    return stored;
  });
  return { source };
}
