import { defineEntity, p } from '@mikro-orm/core';

const SignInGuardSchema = defineEntity({
  name: 'SignInGuard',
  tableName: 'sign_in_guards',
  properties: {
    /** Digest of the account, then of where the guesses come from. */
    account: p.text().primary(),
    source: p.text().primary(),
    failures: p.integer(),
    blockedUntil: p.datetime(3).nullable(),
    windowStartedAt: p.datetime(3),
    windowGuesses: p.integer(),
  },
});

/** What is remembered of guesses at an account from one place, or, with an empty source, from everywhere. */
export class SignInGuard extends SignInGuardSchema.class {}
SignInGuardSchema.setClass(SignInGuard);
