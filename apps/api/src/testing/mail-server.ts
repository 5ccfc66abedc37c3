import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  envelope: { from: string; to: string[] };
  parsed: Email;
  raw: string;
}

/** A mail server, listening. */
export interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Who signed in, as `user:password`. */
  readonly logins: readonly string[];
  /** How often somebody began to send. */
  readonly attempts: () => number;
  /** Refuses what comes with this status, until it is null again. */
  refuseWith: (status: number | null) => void;
}

/** Starts a mail server without TLS. @param port that it had before; without one any that is free */
export async function startMailServer(port = 0): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const logins: string[] = [];
  let attempts = 0;
  let refusal: number | null = null;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      logins.push(`${username}:${password}`);
      callback(null, { user: username });
    },
    onMailFrom(_address, _session, callback) {
      attempts += 1;
      callback(
        refusal === null ? null : Object.assign(new Error('not now'), { responseCode: refusal }),
      );
    },
    onData(stream, { envelope }, callback) {
      void (async () => {
        const raw = await buffer(stream);
        received.push({
          envelope: {
            from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
            to: envelope.rcptTo.map(({ address }) => address),
          },
          parsed: await PostalMime.parse(raw),
          raw: raw.toString('utf8'),
        });
        callback();
      })();
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    logins,
    attempts: () => attempts,
    refuseWith: (status) => {
      refusal = status;
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
