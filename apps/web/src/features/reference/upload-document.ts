import { client } from '../../lib/trpc.ts';

/** What a document was refused for, as the server says it. */
export class DocumentProblem extends Error {}

/** Sends a document as it is. @throws DocumentProblem with a sentence */
export async function uploadDocument(file: File): Promise<void> {
  // A session that has run out is renewed by the first call that finds it so, and this one cannot be sent twice.
  await client.reference.source.query();
  const response = await fetch('/admin/reference', {
    method: 'PUT',
    headers: { 'content-type': 'application/yaml' },
    body: file,
  });
  if (response.ok) return;
  const problem: unknown = await response.json().catch(() => null);
  const detail: unknown = Reflect.get(Object(problem), 'detail');
  throw new DocumentProblem(
    typeof detail === 'string' ? detail : 'The server did not take the document. Try again.',
  );
}
