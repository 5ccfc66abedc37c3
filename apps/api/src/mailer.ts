import { readSecretSetting, sendDueMails, type OutgoingMail, type SendMail } from '@apigate/domain';
import { createTransport, type Transporter } from 'nodemailer';
import type { ApiDeps } from './context.ts';

const timeoutMs = 15_000;

/** Where mails go and who sends them, as far as the environment says. */
export interface MailerOptions {
  smtpUrl: string | null;
  from: string | null;
  /** How long it rests when nothing is due. */
  pollMs?: number;
}

/** Takes mails out of the outbox, one batch after the other, for as long as the control plane runs. */
export class Mailer implements AsyncDisposable {
  readonly #deps: ApiDeps;
  readonly #options: MailerOptions;
  #transport: { url: string; transporter: Transporter } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: ApiDeps, options: MailerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#schedule(0);
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round();
    }, afterMs);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    const { orm, secrets, log } = this.#deps;
    let found = 0;
    try {
      const em = orm.em.fork();
      const url = this.#options.smtpUrl ?? (await readSecretSetting(em, secrets, 'mail.smtp_url'));
      found = await sendDueMails(em, secrets, new Date(), this.#options.from, this.#sender(url));
    } catch (error) {
      log.warn({ event: 'mails_not_sent', err: error });
    }
    this.#schedule(found > 0 ? 0 : (this.#options.pollMs ?? 1_000));
  }

  #sender(url: string | null): SendMail {
    if (url === null) return null;
    if (this.#transport?.url !== url) {
      this.#transport?.transporter.close();
      const transporter = createTransport({
        url,
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      this.#transport = { url, transporter };
    }
    const { transporter } = this.#transport;
    return async ({ id, ...mail }: OutgoingMail) => {
      await transporter.sendMail({ ...mail, messageId: `<${id}@apigate>` });
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    this.#transport?.transporter.close();
  }
}
