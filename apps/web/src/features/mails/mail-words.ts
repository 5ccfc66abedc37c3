import type { MailStatus, MailTemplate } from '@apigate/contract';

export const mailStatusText = {
  queued: 'On its way',
  kept: 'Waiting here',
  sent: 'Sent',
  failed: 'Failed',
} as const satisfies Record<MailStatus, string>;

export const mailTemplateText = {
  verify_email: 'Verify address',
  already_registered: 'Has an account already',
  reset_password: 'Reset password',
  invite: 'Invitation',
  welcome: 'Welcome',
  key_created: 'Key created',
  password_changed: 'Password changed',
  email_change_old: 'Change of address, old',
  email_change_new: 'Change of address, new',
  second_factor_changed: 'Second factor changed',
  privilege_raised: 'Role raised',
  plan_changed: 'Plan changed',
  quota_reached: 'Quota reached',
  quota_forecast: 'Quota forecast',
} as const satisfies Record<MailTemplate, string>;

export const mailStatusOptions = (Object.keys(mailStatusText) as MailStatus[]).map((value) => ({
  value,
  label: mailStatusText[value],
}));

export const mailTemplateOptions = (Object.keys(mailTemplateText) as MailTemplate[]).map(
  (value) => ({ value, label: mailTemplateText[value] }),
);
