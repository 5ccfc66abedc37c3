import { readLogo, readSettings } from '@apigate/domain';
import { Router } from 'express';
import type { ApiDeps } from './context.ts';
import { sendProblem } from './problem.ts';

/** Lets an image be looked at, and nothing in it load or run, should somebody open it as a page. */
const imageOnly = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** `/brand/logo`: the logo of this service, for pages and mails. */
export function brandRoutes({ orm }: ApiDeps): Router {
  const routes = Router();
  routes.get('/brand/logo', async (req, res) => {
    const dataUrl = (await readSettings(orm.em.fork()))['brand.logo'];
    if (dataUrl === '') {
      sendProblem(res, 404, 'not_found', 'This service has no logo of its own.');
      return;
    }
    const { type, content, version } = readLogo(dataUrl);
    const isCurrent = req.query['v'] === version;
    res.set({
      'content-type': type,
      'content-security-policy': imageOnly,
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    res.send(content);
  });
  return routes;
}
