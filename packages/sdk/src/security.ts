import type { Transport } from './transport.ts';
import type {
  Accepted,
  ChangeEmailInput,
  ChangePasswordInput,
  DisableTotpInput,
  EmailChange,
  RecoveryCodes,
  Security,
  TotpEnrolment,
} from './types.ts';

/** The caller's own password, address and second factor. Only a signed-in user has these, not a service key. */
export function securityApi(transport: Transport) {
  return {
    get: (): Promise<Security> => transport.query('security.get'),
    /** Other sessions end. */
    changePassword: (input: ChangePasswordInput): Promise<Accepted> =>
      transport.mutate('security.changePassword', input),
    /** Mails a link to the old and to the new address; the change is made when both were followed. */
    changeEmail: (input: ChangeEmailInput): Promise<Accepted> =>
      transport.mutate('security.changeEmail', input),
    /** Confirms a change of address with the token from one of the two links. */
    confirmEmailChange: (token: string): Promise<EmailChange> =>
      transport.mutate('security.confirmEmailChange', { token }),
    /** Gives the secret for an authenticator app, this once. It counts when `confirmTotp` had a code of it. */
    beginTotp: (currentPassword: string): Promise<TotpEnrolment> =>
      transport.mutate('security.beginTotp', { currentPassword }),
    /** Turns the second factor on with a first code. The recovery codes are shown this once; other sessions end. */
    confirmTotp: (code: string): Promise<RecoveryCodes> =>
      transport.mutate('security.confirmTotp', { code }),
    disableTotp: (input: DisableTotpInput): Promise<Accepted> =>
      transport.mutate('security.disableTotp', input),
    /** Makes new recovery codes; those before are good no more. */
    renewRecoveryCodes: (input: DisableTotpInput): Promise<RecoveryCodes> =>
      transport.mutate('security.renewRecoveryCodes', input),
  };
}
