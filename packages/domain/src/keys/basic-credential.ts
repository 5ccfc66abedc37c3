import { keyId as keyIdSchema, keySecret as keySecretSchema } from '@apigate/contract';
import type { KeyObject } from 'node:crypto';
import { digestApiKey } from './api-key-format.ts';

/** A key id and a secret that its owner chose. */
export interface BasicCredential {
  keyId: string;
  keySecret: string;
}

/** Takes `keyId:keySecret` apart. @returns null for what cannot be one, which every key of ours is. */
export function readBasicCredential(text: string): BasicCredential | null {
  const colon = text.indexOf(':');
  if (colon === -1) return null;
  const keyId = text.slice(0, colon);
  const keySecret = text.slice(colon + 1);
  const isWellFormed =
    keyIdSchema.safeParse(keyId).success && keySecretSchema.safeParse(keySecret).success;
  return isWellFormed ? { keyId, keySecret } : null;
}

/** What a credential is found by: no key of ours has a colon, so its digest is that of no other. */
export function digestKeyId(keyId: string, pepper: Buffer | KeyObject): string {
  return digestApiKey(`${keyId}:`, pepper);
}
