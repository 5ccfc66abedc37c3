import type { RequestHandler } from 'express';
import { sendProblem } from '../problem.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';

const patterns = operations.map((operation) => ({ operation, pattern: patternOf(operation.path) }));

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
}

function operationsAt(path: string): Operation[] {
  return patterns.filter(({ pattern }) => pattern.test(path)).map(({ operation }) => operation);
}

/** Refuses a method that an address of the table does not have. Comes after all that answers at these addresses. */
export const methodNotAllowed: RequestHandler = (req, res, next) => {
  const methods = new Set<string>(operationsAt(req.path).map(({ method }) => method));
  if (methods.size === 0) {
    next();
    return;
  }
  if (methods.has('GET')) methods.add('HEAD');
  const named = [...methods].join(', ');
  res.setHeader('allow', named);
  sendProblem(res, 405, 'method_not_allowed', `This address takes ${named}, not ${req.method}.`);
};

/** A person who opens an address of the REST surface means the page about the same thing; a file is what it is. */
export const pagesInstead: RequestHandler = (req, res, next) => {
  const isAdmin = req.path === '/admin' || req.path.startsWith('/admin/');
  const isFile = operationsAt(req.path).some(({ produces }) => produces !== undefined);
  const wantsPage = req.method === 'GET' && req.accepts(['json', 'html']) === 'html';
  if (!isAdmin || isFile || !wantsPage) next();
  else {
    res.vary('accept');
    res.redirect(302, `/console${req.path.slice('/admin'.length)}`);
  }
};
