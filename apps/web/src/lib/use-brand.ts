import { useLayoutEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Brand } from '@apigate/contract';
import { accentColors } from '@apigate/contract/accent';
import { trpc } from './trpc.ts';

/*
 * The brand as it was at the last visit: with it the first thing that is drawn has the right name, sign and colour.
 */
const noteKey = 'apigate.brand';
const remembered = readNote();

const unbranded: Brand = { name: 'apigate', accent: null, logo: null, links: [] };

/** What this service is called, its sign and its colour. `isKnown` is false until the server has told it for the first time. */
export function useBrand(): Brand & { isKnown: boolean } {
  const { data, isPending } = useQuery(
    trpc.auth.instance.queryOptions(undefined, { staleTime: 60_000 }),
  );
  const brand = data?.brand ?? remembered;
  return { ...(brand ?? unbranded), isKnown: brand !== undefined || !isPending };
}

/** Dresses all pages in the colour of the brand. */
export function useBrandAccent(): void {
  const { isKnown, ...brand } = useBrand();
  const { accent } = brand;
  const note = JSON.stringify({ ...brand, links: [] });
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const values = accent === null ? null : accentTokens(accent);
    for (const token of tokens) style.setProperty(token, values?.[token] ?? null);
    if (isKnown) localStorage.setItem(noteKey, note);
  }, [note, accent, isKnown]);
}

const tokens = ['--accent', '--accent-hover', '--accent-text', '--accent-soft', '--focus'] as const;

/** The colours of a brand, by the names that styles know them by. */
function accentTokens(accent: string): Record<(typeof tokens)[number], string> {
  const { light, dark } = accentColors(accent);
  const pair = (of: keyof typeof light) => `light-dark(${light[of]}, ${dark[of]})`;
  return {
    '--accent': pair('accent'),
    '--accent-hover': pair('hover'),
    '--accent-text': pair('text'),
    '--accent-soft': pair('soft'),
    '--focus': pair('text'),
  };
}

function readNote(): Brand | undefined {
  try {
    const note: unknown = JSON.parse(localStorage.getItem(noteKey) ?? 'null');
    const name: unknown = Reflect.get(Object(note), 'name');
    const accent: unknown = Reflect.get(Object(note), 'accent');
    if (typeof name !== 'string') return undefined;
    const isColor = typeof accent === 'string' && /^#[0-9a-f]{6}$/.test(accent);
    return { name, accent: isColor ? accent : null, logo: logoIn(note), links: [] };
  } catch {
    return undefined;
  }
}

function logoIn(note: unknown): Brand['logo'] {
  const logo: unknown = Reflect.get(Object(note), 'logo');
  const path: unknown = Reflect.get(Object(logo), 'path');
  const [width, height] = ['width', 'height'].map((side) =>
    Number(Reflect.get(Object(logo), side)),
  );
  if (typeof path !== 'string' || !/^\/brand\/logo\?v=[0-9a-f]+$/.test(path)) return null;
  return width && height ? { path, width, height } : null;
}
