/** JSON of strangers, of which every part may be missing or something else than it should be. */
export type Loose = Readonly<Record<string, unknown>>;

export function objectIn(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Loose)
    : {};
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text that PostgreSQL keeps; null where there is none. */
export function textIn(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.toWellFormed().replaceAll('\0', '').trim();
  return text === '' ? null : text;
}

const jsonCharsMax = 20_000;

/** A value as JSON of at most some length; undefined for what has none. */
export function jsonText(value: unknown, indent?: number): string | undefined {
  if (value === undefined) return undefined;
  return textIn(JSON.stringify(value, null, indent))?.slice(0, jsonCharsMax);
}

/** What a reference within the document, such as `#/components/schemas/User`, stands for. */
export function pointedAt(document: Loose, pointer: string): unknown {
  if (!pointer.startsWith('#/')) return undefined;
  let found: unknown = document;
  for (const part of pointer.slice(2).split('/')) {
    const name = unescapedPart(part);
    found = Object.hasOwn(objectIn(found), name) ? objectIn(found)[name] : undefined;
  }
  return found;
}

function unescapedPart(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}

const hopsMax = 10;

/** A part of the document, or the one that it refers to. */
export function resolved(document: Loose, value: unknown): Loose {
  let found = objectIn(value);
  for (let hop = 0; hop < hopsMax && typeof found['$ref'] === 'string'; hop += 1) {
    found = objectIn(pointedAt(document, found['$ref']));
  }
  return found;
}
