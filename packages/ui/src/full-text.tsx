import { useEffect, useRef } from 'react';
import { Tip } from './tip.tsx';

const restMs = 350;

/**
 * Tells the whole of a text that an ellipsis cuts: of the one on which the pointer rests, and of all in the row that the
 * keyboard has come to. Once a page; screen readers have the whole text anyway.
 */
export function FullText() {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => (ref.current ? tellFullTexts(ref.current) : undefined), []);
  return <Tip ref={ref} aria-hidden />;
}

/** @returns what ends it */
function tellFullTexts(tip: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told: DOMRect | undefined;

  function hide(): void {
    clearTimeout(timer);
    if (told === undefined) return;
    told = undefined;
    tip.hidePopover();
    tip.textContent = '';
  }
  /** @param find gives beside what to tell, and the texts that are cut */
  function tellSoon(find: () => [beside: HTMLElement | undefined, cut: HTMLElement[]]): void {
    hide();
    timer = setTimeout(() => {
      const [beside, cut] = find();
      if (!beside?.isConnected || cut.length === 0) return;
      told = beside.getBoundingClientRect();
      tip.textContent = [...new Set(cut.map((element) => element.innerText))].join('\n');
      tip.showPopover({ source: beside });
    }, restMs);
  }
  function onPointerMove({ pointerType, clientX: x, clientY: y }: PointerEvent): void {
    if (pointerType === 'touch') return;
    if (told && x >= told.left && x <= told.right && y >= told.top && y <= told.bottom) return;
    tellSoon(() => {
      // A row that opens as a whole covers its texts.
      const cut = document.elementsFromPoint(x, y).find(isCut);
      return [cut, cut ? [cut] : []];
    });
  }
  function onFocusIn({ target }: FocusEvent): void {
    hide();
    if (!(target instanceof HTMLElement) || !target.matches(':focus-visible')) return;
    const isRow = target.matches('[data-opens-row], li > a');
    const part = (isRow && target.closest('tr, li')) || target;
    tellSoon(() => [
      target,
      [part.parentElement, part, ...part.querySelectorAll('*')].filter(isCut),
    ]);
  }

  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener('pointermove', onPointerMove, { signal });
  document.addEventListener('focusin', onFocusIn, { signal });
  for (const event of ['pointerdown', 'pointerleave', 'keydown', 'focusout'] as const) {
    document.addEventListener(event, hide, { signal });
  }
  document.addEventListener('scroll', hide, { signal, capture: true });
  return () => {
    listening.abort();
    hide();
  };
}

function isCut(element: Element | null): element is HTMLElement {
  return (
    element instanceof HTMLElement &&
    element.scrollWidth > element.clientWidth &&
    getComputedStyle(element).textOverflow === 'ellipsis' &&
    element.innerText !== ''
  );
}
