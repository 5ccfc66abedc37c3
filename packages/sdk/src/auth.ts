import type { Transport } from './transport.ts';
import type { Caller, Instance, RefreshInput, SignedIn, SignInInput } from './types.ts';

/** Signing in, and who is signed in. */
export function authApi(transport: Transport) {
  return {
    /** Exchanges an address and a password for an access token and a refresh token. */
    signIn: (input: SignInInput): Promise<SignedIn> => transport.mutate('auth.signIn', input),
    /** Exchanges a refresh token, once, for new tokens. */
    refresh: (input: RefreshInput = {}): Promise<SignedIn> =>
      transport.mutate('auth.refresh', input),
    /** Ends the session that the refresh token belongs to. */
    signOut: (input: RefreshInput = {}): Promise<{ ok: true }> =>
      transport.mutate('auth.signOut', input),
    /** Whom the token stands for: a user, or a service key with its scopes. */
    me: (): Promise<Caller> => transport.query('auth.me'),
    /** What everyone may know of this installation. */
    instance: (): Promise<Instance> => transport.query('auth.instance'),
  };
}
