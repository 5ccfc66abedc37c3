/** What a broken constraint of `users` means. */
export const userConstraints = {
  users_email_unique: ['email_taken', 'Another user has this e-mail address.'],
  users_username_unique: ['username_taken', 'Another user has this username.'],
  users_external_id_unique: ['external_id_taken', 'Another user has this external id.'],
  users_stripe_customer_id_unique: [
    'external_id_taken',
    'Another user is linked to this Stripe customer.',
  ],
  users_paddle_customer_id_unique: [
    'external_id_taken',
    'Another user is linked to this Paddle customer.',
  ],
  users_lemon_squeezy_customer_id_unique: [
    'external_id_taken',
    'Another user is linked to this LemonSqueezy customer.',
  ],
  users_plan_id_foreign: ['not_found', 'There is no such plan.'],
} as const;
