import express, { Router, type Request, type Response } from 'express';

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
