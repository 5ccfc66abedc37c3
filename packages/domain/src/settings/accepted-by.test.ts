import type { SettingName, SettingValueForm } from '@apigate/contract';
import { expect, test } from 'vitest';
import { acceptedBy } from './accepted-by.ts';

const text: SettingValueForm = { type: 'text', values: null, min: null, max: null, charsMax: null };

test.each<[SettingName, SettingValueForm]>([
  ['require_email_verification', { ...text, type: 'boolean' }],
  ['password.min_score', { ...text, type: 'number', min: 0, max: 4 }],
  ['ratelimit.scope', { ...text, values: ['user', 'key'] }],
  ['quota.exceeded_status', { ...text, values: ['402', '429'] }],
  ['mail.subject_prefix', { ...text, charsMax: 40 }],
  ['mail.subject.welcome', { ...text, charsMax: 120 }],
  ['brand.links', { ...text, charsMax: 2048 }],
])('%s takes what its schema takes', (name, form) => {
  expect(acceptedBy(name)).toEqual(form);
});
