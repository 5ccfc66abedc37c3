import { key, plan, route, settingView, upstream, user } from '@apigate/contract';
import { DomainError, versionOf } from '@apigate/domain';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';

/** The objects that have a version of which an `ETag` tells. */
const versioned: ReadonlySet<z.ZodType> = new Set<z.ZodType>([
  key,
  plan,
  route,
  settingView,
  upstream,
  user,
]);

/** True where the answer carries an `ETag`. */
export function tellsVersion({ output, status }: Operation): boolean {
  return versioned.has(output) && status !== 204;
}

/** True where `If-Match` is heeded: the same address tells its version. */
export function takesIfMatch({ method, path }: Operation): boolean {
  const isChange = method === 'PUT' || method === 'DELETE';
  return (
    isChange && operations.some((o) => o.method === 'GET' && o.path === path && tellsVersion(o))
  );
}

/** True where `Idempotency-Key` is heeded: something is made, by somebody who is known. */
export function takesIdempotencyKey({ method, status, isOpen }: Operation): boolean {
  return method === 'POST' && status === 201 && isOpen !== true;
}

export const idempotencyKeyCharsMax = 255;
const keyForm = new RegExp(`^[\\x21-\\x7e]{1,${idempotencyKeyCharsMax}}$`);

/** @returns null where the caller gave none, or none is heeded. @throws DomainError bad_request */
export function idempotencyKey(operation: Operation, req: Request): string | null {
  const given = req.get('idempotency-key');
  if (given === undefined || !takesIdempotencyKey(operation)) return null;
  if (!keyForm.test(given)) {
    throw new DomainError(
      'bad_request',
      `An Idempotency-Key has 1 to ${idempotencyKeyCharsMax} visible ASCII characters.`,
    );
  }
  return given;
}

/** What `If-Match` demands. Weak tags match nothing (RFC 9110, 13.1.1), `*` everything. */
export function preconditions(
  operation: Operation,
  req: Request,
): { expectedVersions?: readonly string[] } {
  const given = req.get('if-match');
  if (given === undefined || given.trim() === '*' || !takesIfMatch(operation)) return {};
  const tags = given.split(',').map((tag) => /^"([^"]*)"$/.exec(tag.trim())?.[1]);
  return { expectedVersions: tags.filter((tag) => tag !== undefined) };
}

/** The header that tells the version of what is answered. */
export function entityTag(operation: Operation, made: unknown): Record<string, string> {
  return tellsVersion(operation) ? { ETag: `"${versionOf(Object(made))}"` } : {};
}

/** The header that tells where to find what was made. */
export function location({ path, status }: Operation, made: unknown): Record<string, string> {
  const one = `${path}/{id}`;
  if (status !== 201 || !operations.some((o) => o.method === 'GET' && o.path === one)) return {};
  const id: unknown = Reflect.get(Object(made), 'id');
  return typeof id === 'string' ? { Location: `${path}/${id}` } : {};
}
