import type { CookieOptions, Request, Response } from 'express';

const refreshTokenSeconds = 30 * 86_400;
const deviceTokenSeconds = 365 * 86_400;

/** The cookies of a browser: two of its session, one by which it is known afterwards; over https their names carry the `__Host-` prefix. */
export class SessionCookies {
  readonly #secure: boolean;

  /** @param publicUrl where browsers reach us. */
  constructor(publicUrl: string) {
    this.#secure = publicUrl.startsWith('https:');
  }

  accessToken(req: Request): string | null {
    return this.#read(req, 'apigate_access');
  }

  refreshToken(req: Request): string | null {
    return this.#read(req, 'apigate_refresh');
  }

  deviceToken(req: Request): string | null {
    return this.#read(req, 'apigate_device');
  }

  setDevice(res: Response, token: string): void {
    res.cookie(this.#name('apigate_device'), token, {
      ...this.#options(),
      maxAge: deviceTokenSeconds * 1000,
    });
  }

  set(
    res: Response,
    tokens: { accessToken: string; refreshToken: string; accessTokenExpiresAt: Date },
  ): void {
    res.cookie(this.#name('apigate_access'), tokens.accessToken, {
      ...this.#options(),
      expires: tokens.accessTokenExpiresAt,
    });
    res.cookie(this.#name('apigate_refresh'), tokens.refreshToken, {
      ...this.#options(),
      maxAge: refreshTokenSeconds * 1000,
    });
  }

  clear(res: Response): void {
    res.clearCookie(this.#name('apigate_access'), this.#options());
    res.clearCookie(this.#name('apigate_refresh'), this.#options());
  }

  #options(): CookieOptions {
    return { httpOnly: true, sameSite: 'lax', path: '/', secure: this.#secure };
  }

  #name(name: string): string {
    return this.#secure ? `__Host-${name}` : name;
  }

  #read(req: Request, name: string): string | null {
    const wanted = `${this.#name(name)}=`;
    const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const found = pairs.find((pair) => pair.startsWith(wanted));
    // As it came: tokens hold no character that a cookie would have to escape.
    return found?.slice(wanted.length) || null;
  }
}
