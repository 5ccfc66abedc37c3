import { createContext, useContext, useState, type ReactNode } from 'react';

interface Crosshair {
  /** The moment that is pointed at, in ms. */
  atMs: number | null;
  point: (atMs: number | null) => void;
}

const Shared = createContext<Crosshair | null>(null);

/** The charts inside point at the same moment. */
export function CrosshairGroup({ children }: { children: ReactNode }) {
  const [atMs, point] = useState<number | null>(null);
  return <Shared value={{ atMs, point }}>{children}</Shared>;
}

/** The crosshair of the group around a chart, or one of its own. */
export function useCrosshair(): Crosshair {
  const [atMs, point] = useState<number | null>(null);
  return useContext(Shared) ?? { atMs, point };
}
