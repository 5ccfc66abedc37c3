import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';

/**
 * Serves the built web app: its files under their hashed names for a year, its page for every address that it routes
 * by itself.
 *
 * @param webDir where `vite build` left it.
 * @param isSignedIn whether a request brings a session, good or not: such a browser is told at once what it will need.
 */
export function singlePageApp(webDir: string, isSignedIn: (req: Request) => boolean): Router {
  const routes = Router();
  routes.use(
    '/assets',
    preferCompressed(`${webDir}/assets`),
    express.static(`${webDir}/assets`, { immutable: true, maxAge: '365d', index: false }),
  );
  routes.use(express.static(webDir, { index: false }));
  const links = frameLinks(webDir);
  const page = (req: Request, res: Response) => {
    const link = links.get(req.path.split('/', 2)[1] ?? '');
    res.setHeader('cache-control', 'no-cache');
    res.vary('cookie');
    if (link !== undefined && isSignedIn(req)) res.setHeader('link', link);
    res.sendFile('index.html', { root: webDir });
  };
  routes.get(
    ['/console{/*path}', '/portal{/*path}', '/setup', '/accept-invite', '/auth/reset-password'],
    page,
  );
  routes.get('/', (_req, res) => {
    res.redirect(302, '/portal');
  });
  return routes;
}

/** For each part of the app, the scripts that its frame needs, as the build has written them down. */
function frameLinks(webDir: string): Map<string, string> {
  const file = `${webDir}/.vite/frames.json`;
  const frames: Record<string, string[]> = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {};
  return new Map(
    Object.entries(frames).map(([frame, scripts]) => [
      frame,
      scripts.map((script) => `</${script}>; rel=modulepreload`).join(', '),
    ]),
  );
}

const endings = { br: '.br', gzip: '.gz' } as const;

/** Lets a file be served as its compressed twin, which the build has laid beside it, where the browser takes that. */
function preferCompressed(folder: string): RequestHandler {
  const files = new Set(existsSync(folder) ? readdirSync(folder) : []);
  return (req, res, next) => {
    const name = req.path.slice(1);
    if (files.has(name + endings.gzip)) {
      res.vary('accept-encoding');
      const encoding = (['br', 'gzip'] as const).find((one) => req.acceptsEncodings(one));
      if (encoding !== undefined) {
        res.type(path.extname(name));
        res.setHeader('content-encoding', encoding);
        req.url = `/${name}${endings[encoding]}`;
      }
    }
    next();
  };
}
