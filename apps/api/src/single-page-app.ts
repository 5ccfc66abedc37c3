import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';

/**
 * Serves the built web app: its files under their hashed names for a year, its page for every address that it routes
 * by itself.
 *
 * @param webDir where `vite build` left it.
 */
export function singlePageApp(webDir: string): Router {
  const routes = Router();
  routes.use(
    '/assets',
    preferCompressed(`${webDir}/assets`),
    express.static(`${webDir}/assets`, { immutable: true, maxAge: '365d', index: false }),
  );
  routes.use(express.static(webDir, { index: false }));
  const page = (_req: Request, res: Response) => {
    res.setHeader('cache-control', 'no-cache');
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
