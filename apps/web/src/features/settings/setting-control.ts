import type { SettingView } from '@apigate/contract';

/** What a setting is changed with. */
export type SettingControl =
  | { kind: 'switch' }
  | { kind: 'number'; min: number | undefined; max: number | undefined }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'text'; charsMax: number | undefined }
  | { kind: 'lines'; charsMax: number | undefined }
  | { kind: 'image' }
  | { kind: 'secret'; charsMax: number | undefined };

/** Chooses by what the server says that a setting may be. */
export function settingControl({
  name,
  accepts,
  visibility,
}: Pick<SettingView, 'name' | 'accepts' | 'visibility'>): SettingControl {
  const { type, values, min, max } = accepts;
  const charsMax = accepts.charsMax ?? undefined;
  if (name === 'brand.logo') return { kind: 'image' };
  if (visibility === 'secret') return { kind: 'secret', charsMax };
  if (type === 'boolean') return { kind: 'switch' };
  if (values !== null) return { kind: 'choice', values };
  if (type === 'number') return { kind: 'number', min: min ?? undefined, max: max ?? undefined };
  return { kind: name === 'brand.links' ? 'lines' : 'text', charsMax };
}
