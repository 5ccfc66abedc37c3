import type { ApiOperation, ApiParameter, ApiReference } from '@apigate/contract';
import type { CallRequest } from '../../lib/call-code.ts';

/** What was filled in: parameters by {@link parameterKey}, and the body with its type. */
export interface CallValues {
  parameters: Readonly<Record<string, string>>;
  contentType: string | null;
  body: string;
}

/** The name of a field: `query limit`. */
export function parameterKey({ in: place, name }: Pick<ApiParameter, 'in' | 'name'>): string {
  return `${place} ${name}`;
}

/**
 * The call that was filled in. What was left empty is left out; in the path its name stays in braces.
 *
 * @param proxyUrl without a slash at the end
 */
export function callRequest(
  proxyUrl: string,
  { basePath }: Pick<ApiReference, 'basePath'>,
  operation: ApiOperation,
  { parameters, contentType, body }: CallValues,
): CallRequest {
  const given = operation.parameters.flatMap((parameter) => {
    const value = parameters[parameterKey(parameter)] ?? '';
    return value === '' ? [] : [{ ...parameter, value }];
  });
  const at = (place: ApiParameter['in']) => given.filter((parameter) => parameter.in === place);
  const path = at('path').reduce(
    (filled, { name, value }) => filled.replaceAll(`{${name}}`, encodeURIComponent(value)),
    operation.path,
  );
  const query = new URLSearchParams(
    at('query').flatMap(({ name, value, schema }) =>
      schema.types.includes('array')
        ? value.split(',').map((item) => [name, item.trim()])
        : [[name, value]],
    ),
  );
  const cookies = at('cookie').map(({ name, value }) => `${name}=${value}`);
  const hasBody = contentType !== null && body !== '';
  return {
    method: operation.method,
    url: `${proxyUrl}${basePath}${path}${query.size === 0 ? '' : `?${query.toString()}`}`,
    headers: [
      ...at('header').map(({ name, value }) => [name, value] as const),
      ...(cookies.length === 0 ? [] : [['Cookie', cookies.join('; ')] as const]),
      ...(hasBody ? [['Content-Type', contentType] as const] : []),
    ],
    body: hasBody ? body : null,
  };
}
