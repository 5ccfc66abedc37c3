import { Router } from 'express';
import type { ApiDeps } from '../context.ts';
import { openApiDocument } from './openapi.ts';
import { referencePage, referenceStyle } from './reference-page.ts';

/** `/openapi.json`, and at `/docs` the same to read. */
export function referenceRoutes({ publicUrl, version }: ApiDeps): Router {
  const routes = Router();
  let made: { document: string; page: string } | undefined;
  const reference = () => {
    if (made === undefined) {
      const document = openApiDocument(publicUrl, version);
      made = { document: JSON.stringify(document), page: referencePage(document) };
    }
    return made;
  };
  routes.use(['/openapi.json', '/docs'], (_req, res, next) => {
    res.setHeader('cache-control', 'no-cache');
    next();
  });
  routes.get('/openapi.json', (_req, res) => {
    res.type('application/json').send(reference().document);
  });
  routes.get('/docs', (_req, res) => {
    res.type('html').send(reference().page);
  });
  routes.get('/docs/style.css', (_req, res) => {
    res.type('css').send(referenceStyle);
  });
  return routes;
}
