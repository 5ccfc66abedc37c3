import { DomainError } from '@apigate/domain';
import type { Request } from 'express';

/**
 * Refuses a body of another type than what is taken, which is JSON unless told: forms and text are what pages of others
 * can send without asking.
 *
 * @throws DomainError unsupported_media_type
 */
export function refuseOtherTypes(
  req: Request,
  taken: readonly string[] = ['application/json'],
): void {
  const length = req.headers['content-length'] ?? '0';
  const hasBody = length !== '0' || req.headers['transfer-encoding'] !== undefined;
  if (hasBody && !req.is([...taken])) {
    throw new DomainError('unsupported_media_type', `The body must be ${taken.join(' or ')}.`);
  }
}
