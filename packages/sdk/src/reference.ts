import { camelCased } from './camel-case.ts';
import type { Transport, Upload } from './transport.ts';
import type { ApiReference, FetchReferenceInput, ReferenceSource } from './types.ts';

const uploadMsMax = 60_000;

/** What the portal shows of the API: one reference, made of an OpenAPI 3 document. */
export function referenceApi(transport: Transport) {
  return {
    /** Null while there is none. */
    get: (): Promise<{ reference: ApiReference | null }> => transport.query('reference.get'),
    /** Where it comes from; null while there is none. */
    source: (): Promise<{ source: ReferenceSource | null }> => transport.query('reference.source'),
    /** Makes it of a document in JSON or YAML, of at most 2 MiB. */
    upload: async (document: Upload): Promise<{ source: ReferenceSource }> =>
      // The cast: the server has parsed its answer with the schema that the type comes from.
      camelCased(
        await transport.upload(
          'PUT',
          '/admin/reference',
          document,
          'application/yaml',
          uploadMsMax,
        ),
      ) as { source: ReferenceSource },
    /** Makes it of the document at a URL; without one, anew of where it came from. */
    fetch: (input: FetchReferenceInput = {}): Promise<{ source: ReferenceSource }> =>
      transport.mutate('reference.fetch', input),
    remove: (): Promise<{ source: null }> => transport.mutate('reference.remove'),
  };
}
