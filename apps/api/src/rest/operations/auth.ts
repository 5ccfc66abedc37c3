import { signedIn, user, type SignedIn } from '@apigate/contract';
import { z } from 'zod';
import { exampleSecrets } from '../example-ids.ts';
import { viaProcedure, type OperationGroup } from '../operation.ts';

/** The tokens of a session, in the words of OAuth 2.0. */
const session = z.object({
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  tokenType: z.literal('Bearer'),
  expiresAt: signedIn.shape.accessTokenExpiresAt,
  user,
});
const notice = z.object({ detail: z.string() });

function sessionOf(signedInNow: SignedIn): z.input<typeof session> {
  const { user: owner, accessToken, refreshToken, accessTokenExpiresAt } = signedInNow;
  return {
    accessToken,
    refreshToken,
    tokenType: 'Bearer',
    expiresAt: accessTokenExpiresAt,
    user: owner,
  };
}

const tokens = { output: session, answer: sessionOf };
const isOpen = true;

export const auth: OperationGroup = {
  name: 'Authentication',
  description:
    'Accounts and sessions. With `cookies: true` the tokens go into HttpOnly cookies, which only pages of this site may ask for.',
  operations: [
    viaProcedure(
      'POST /auth/register',
      'auth.register',
      {
        summary: 'Make an account',
        description:
          'Where addresses must be verified, a mail goes out and there is no session yet; the answer is the same for an address that has an account already.',
        isOpen,
        status: 201,
        example: {
          body: { email: 'new@example.com', password: 'harbour quilt juniper walnut' },
        },
      },
      {
        output: z.union([session, notice]),
        answer: (made) =>
          made.session === null
            ? { detail: 'Look into your mail to confirm the address.' }
            : sessionOf(made.session),
      },
    ),
    viaProcedure(
      'POST /auth/login',
      'auth.signIn',
      {
        summary: 'Sign in',
        description:
          'An account with a second factor answers `second_factor_required` until `code` is there.',
        isOpen,
        example: {
          body: { email: 'jane@example.com', password: 'correct horse battery staple' },
        },
      },
      tokens,
    ),
    viaProcedure(
      'POST /auth/refresh',
      'auth.refresh',
      {
        summary: 'Get the next tokens',
        description:
          'Each refresh token is good for one use. Without one in the body, the one in the cookie is used.',
        isOpen,
        example: { body: { refresh_token: exampleSecrets.refreshToken } },
      },
      tokens,
    ),
    viaProcedure('POST /auth/logout', 'auth.signOut', {
      summary: 'Sign out',
      isOpen,
      example: { body: { refresh_token: exampleSecrets.refreshToken } },
    }),
    viaProcedure(
      'POST /auth/forgot-password',
      'auth.forgotPassword',
      {
        summary: 'Ask for a link to set a new password',
        description: 'The answer is the same whether there is such an account or not.',
        isOpen,
        status: 202,
        example: { body: { email: 'jane@example.com' } },
      },
      {
        output: notice,
        answer: () => ({
          detail: 'If there is such an account, a mail with a link is on its way.',
        }),
      },
    ),
    viaProcedure('POST /auth/reset-password', 'auth.resetPassword', {
      summary: 'Set a new password with the token of a link',
      description: 'Ends every session of the account.',
      isOpen,
      example: {
        body: { token: exampleSecrets.resetToken, password: 'harbour quilt juniper walnut' },
      },
    }),
    viaProcedure('POST /auth/verify-email', 'auth.verifyEmail', {
      summary: 'Verify an e-mail address with the token of a link',
      isOpen,
      example: { body: { token: exampleSecrets.verifyToken } },
    }),
    viaProcedure('GET /auth/me', 'auth.me', {
      summary: 'Get who is calling',
      description: 'A user, or a service key with its scopes.',
    }),
  ],
};
