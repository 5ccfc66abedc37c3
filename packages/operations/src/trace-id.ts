const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:$|-)/;

/**
 * The trace that a request belongs to, out of its `traceparent` header (W3C Trace Context, level 1, §3.2).
 *
 * @returns null when there is none, or none that is well formed.
 */
export function traceIdOf(traceparent: string | undefined): string | null {
  const [, traceId, parentId] = form.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || parentId === undefined) return null;
  return /[^0]/.test(traceId) && /[^0]/.test(parentId) ? traceId : null;
}
