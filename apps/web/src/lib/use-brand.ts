import { useLayoutEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Instance } from '@apigate/contract';
import { accentColors } from '@apigate/contract/accent';
import { trpc } from './trpc.ts';

type Brand = Instance['brand'];

/*
 * The brand as it was at the last visit: with it the first thing that is drawn has the right name and colour.
 */
const noteKey = 'apigate.brand';
const remembered = readNote();

const unbranded: Brand = { name: 'apigate', accent: null };

/** What this service is called, and its colour. `isKnown` is false until the server has told it for the first time. */
export function useBrand(): Brand & { isKnown: boolean } {
  const { data, isPending } = useQuery(
    trpc.auth.instance.queryOptions(undefined, { staleTime: 60_000 }),
  );
  const brand = data?.brand ?? remembered;
  return { ...(brand ?? unbranded), isKnown: brand !== undefined || !isPending };
}

/** Dresses all pages in the colour of the brand. */
export function useBrandAccent(): void {
  const { name, accent, isKnown } = useBrand();
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const values = accent === null ? null : accentTokens(accent);
    for (const token of tokens) style.setProperty(token, values?.[token] ?? null);
    if (isKnown) localStorage.setItem(noteKey, JSON.stringify({ name, accent }));
  }, [name, accent, isKnown]);
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
    return { name, accent: isColor ? accent : null };
  } catch {
    return undefined;
  }
}
