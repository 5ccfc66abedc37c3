import { Suspense, useEffect, useState, type ComponentType } from 'react';
import { PaletteButton } from '@apigate/ui/palette-button';

export interface HostedPaletteProps {
  isOpen: boolean;
  onClose: () => void;
}

export interface PaletteHostProps {
  /** Its code comes when somebody is about to open it. */
  palette: ComponentType<HostedPaletteProps> & { preload?: () => Promise<unknown> | undefined };
}

/** The button of a palette, and its key: ⌘K, or Ctrl+K. */
export function PaletteHost({ palette: Palette }: PaletteHostProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [isWanted, setIsWanted] = useState(false);
  const prepare = (): void => void Palette.preload?.();

  function open(): void {
    setIsWanted(true);
    setIsOpen(true);
  }

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key === 'Meta' || event.key === 'Control') void Palette.preload?.();
      const isShortcut = (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey;
      if (!isShortcut || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      // Over a form it would hide what is being done.
      if (document.querySelector('dialog[open]')) return;
      setIsWanted(true);
      setIsOpen(true);
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [Palette]);

  return (
    <>
      <PaletteButton
        label="Search or act"
        onClick={open}
        onPointerEnter={prepare}
        onFocus={prepare}
      />
      {isWanted && (
        <Suspense fallback={null}>
          <Palette isOpen={isOpen} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
