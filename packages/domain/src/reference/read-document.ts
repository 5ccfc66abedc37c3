import { parseDocument } from 'yaml';
import { DomainError } from '../errors.ts';

/** Says what is wrong with a document. */
export function documentError(message: string, cause?: unknown): DomainError {
  return new DomainError('bad_request', message, {
    cause,
    errors: [{ path: 'document', message }],
  });
}

const aliasesMax = 100;

/** Reads JSON or YAML. @throws DomainError bad_request that says where it goes wrong */
export function readDocument(text: string): unknown {
  const isJson = /^\s*\{/.test(text);
  try {
    if (isJson) return JSON.parse(text);
    const document = parseDocument(text, { prettyErrors: true, logLevel: 'error' });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: aliasesMax });
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    const where = line.replace(/:$/, '').slice(0, 200);
    throw documentError(`The document is not ${isJson ? 'JSON' : 'YAML'}: ${where}.`, error);
  }
}
