import { verifyKeyInput } from '@apigate/contract';
import { verifyKey } from '@apigate/domain';
import { Router } from 'express';
import type { ApiDeps } from '../context.ts';
import { post } from './post.ts';

/** `POST /v1/keys/verify`: whether a customer's key is good for a request. */
export function verifyRoutes(deps: ApiDeps): Router {
  const routes = Router();
  post(routes, deps, '/keys/verify', verifyKeyInput, 200, (ctx, input) =>
    verifyKey(ctx, deps.gate, input),
  );
  return routes;
}
