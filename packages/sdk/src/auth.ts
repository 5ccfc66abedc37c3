import type { Transport } from './transport.ts';
import type {
  Accepted,
  Caller,
  Instance,
  RefreshInput,
  Registered,
  RegisterInput,
  ResetPasswordInput,
  SignedIn,
  SignInInput,
} from './types.ts';

/** Signing up, signing in, and who is signed in. */
export function authApi(transport: Transport) {
  return {
    /**
     * Exchanges an address and a password for an access token and a refresh token. An account with a second factor
     * answers `second_factor_required` until the `code` is given too.
     */
    signIn: (input: SignInInput): Promise<SignedIn> => transport.mutate('auth.signIn', input),
    /** Makes an account. `session` is null where the address must be verified first: a mail is on its way. */
    register: (input: RegisterInput): Promise<Registered> =>
      transport.mutate('auth.register', input),
    /** Confirms an address with the token from the link in the mail. */
    verifyEmail: (token: string): Promise<Accepted> =>
      transport.mutate('auth.verifyEmail', { token }),
    /** Mails a new link, where the address waits to be verified; the answer is the same for every address. */
    resendVerification: (email: string): Promise<Accepted> =>
      transport.mutate('auth.resendVerification', { email }),
    /** Mails a link to set a new password; the answer is the same for every address. */
    forgotPassword: (email: string): Promise<Accepted> =>
      transport.mutate('auth.forgotPassword', { email }),
    /** Sets a new password with the token from the link in the mail, and ends all sessions. */
    resetPassword: (input: ResetPasswordInput): Promise<Accepted> =>
      transport.mutate('auth.resetPassword', input),
    /** Exchanges a refresh token, once, for new tokens. */
    refresh: (input: RefreshInput = {}): Promise<SignedIn> =>
      transport.mutate('auth.refresh', input),
    /** Ends the session that the refresh token belongs to. */
    signOut: (input: RefreshInput = {}): Promise<Accepted> =>
      transport.mutate('auth.signOut', input),
    /** Whom the token stands for: a user, or a service key with its scopes. */
    me: (): Promise<Caller> => transport.query('auth.me'),
    /** What everyone may know of this installation. */
    instance: (): Promise<Instance> => transport.query('auth.instance'),
  };
}
