import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;

function keyFor(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `apigate:${purpose}`, 32));
}

/**
 * Seals a secret with AES-256-GCM for storage.
 *
 * @param purpose what it is for; a value sealed for one purpose does not open for another.
 */
export function sealSecret(masterKey: Buffer, purpose: string, plain: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', keyFor(masterKey, purpose), iv);
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return `${version}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
}

/** Opens what {@link sealSecret} sealed. Throws when it was sealed with another key, for another purpose, or altered. */
export function openSecret(masterKey: Buffer, purpose: string, sealed: string): string {
  const [form, payload = ''] = sealed.split('.');
  if (form !== version) throw new Error('the secret was sealed in a form that is not known');
  const bytes = Buffer.from(payload, 'base64url');
  const decipher = createDecipheriv(
    'aes-256-gcm',
    keyFor(masterKey, purpose),
    bytes.subarray(0, ivBytes),
    { authTagLength: tagBytes },
  );
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return Buffer.concat([
    decipher.update(bytes.subarray(ivBytes + tagBytes)),
    decipher.final(),
  ]).toString('utf8');
}

/** The purpose under which an upstream's authentication header is sealed. */
export const upstreamAuthPurpose = 'upstream-auth';
