/** Ids in the examples of things that have no other name. The tests put ids of things that exist in their place. */
export const exampleIds = {
  key: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a01',
  rotatedKey: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a02',
  serviceKey: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a03',
  invite: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a04',
  session: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a05',
  mail: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a06',
  /** Of the time at which tests happen, by which its record is found. */
  request: '01a1fdfa-4600-7d11-8a52-3f6c1e9b2a07',
  view: '0199a3f0-5b7c-7d11-8a52-3f6c1e9b2a08',
} as const;

/** Secrets in the examples, which the tests replace likewise. */
export const exampleSecrets = {
  key: 'ak_7Hq2mXc9TzRbVd4LwPn8KsJf6YgQe1Ua0iB3xF702',
  refreshToken: 'the-refresh-token-of-the-last-answer',
  resetToken: 'the-token-out-of-the-link-to-reset',
  verifyToken: 'the-token-out-of-the-link-to-verify',
} as const;
