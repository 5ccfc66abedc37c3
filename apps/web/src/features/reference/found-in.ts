import type { ApiOperation } from '@apigate/contract';

/** The operations in which every word of a search stands. */
export function foundIn(operations: readonly ApiOperation[], search: string): ApiOperation[] {
  const words = search.toLowerCase().split(/\s+/);
  return operations.filter(({ id, method, path, summary, group }) => {
    const text = `${method} ${path} ${summary} ${group} ${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
