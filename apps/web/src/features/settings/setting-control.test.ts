import type { SettingValueForm } from '@apigate/contract';
import { expect, it } from 'vitest';
import { settingControl } from './setting-control.ts';

const text: SettingValueForm = { type: 'text', values: null, min: null, max: null, charsMax: 40 };

it.each([
  ['require_email_verification', { ...text, type: 'boolean' as const }, { kind: 'switch' }],
  [
    'password.min_score',
    { ...text, type: 'number' as const, min: 0, max: 4 },
    { kind: 'number', min: 0, max: 4 },
  ],
  [
    'quota.exceeded_status',
    { ...text, values: ['402', '429'] },
    { kind: 'choice', values: ['402', '429'] },
  ],
  ['mail.subject_prefix', text, { kind: 'text', charsMax: 40 }],
  ['brand.links', text, { kind: 'lines', charsMax: 40 }],
  ['brand.logo', text, { kind: 'image' }],
  ['of.a_newer_server', { ...text, charsMax: null }, { kind: 'text', charsMax: undefined }],
])('%s is changed with what fits %j', (name, accepts, control) => {
  expect(settingControl({ name, accepts, visibility: 'admin' })).toEqual(control);
});

it('a secret is only ever written', () => {
  const of = { name: 'mail.smtp_url', accepts: text, visibility: 'secret' as const };
  expect(settingControl(of).kind).toBe('secret');
});
