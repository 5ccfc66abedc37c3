import { expect, it } from 'vitest';
import { settingControl } from './setting-control.ts';

it.each([
  ['require_email_verification', { kind: 'switch' }],
  ['password.min_score', { kind: 'number', min: 0, max: 4 }],
  ['ratelimit.scope', { kind: 'choice', values: ['user', 'key'] }],
  ['quota.exceeded_status', { kind: 'choice', values: ['402', '429'] }],
  ['mail.subject_prefix', { kind: 'text', charsMax: 40 }],
  ['mail.subject.welcome', { kind: 'text', charsMax: 120 }],
  ['brand.links', { kind: 'lines', charsMax: 2048 }],
  ['brand.logo', { kind: 'image' }],
  ['not.known_here', { kind: 'text', charsMax: undefined }],
])('%s is changed with %j', (name, control) => {
  expect(settingControl({ name, visibility: 'admin' })).toEqual(control);
});

it('a secret is only ever written', () => {
  expect(settingControl({ name: 'mail.smtp_url', visibility: 'secret' }).kind).toBe('secret');
});
