import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { bucketAt } from './scale.ts';

/** Buckets, both ends included. */
interface Stretch {
  first: number;
  last: number;
}

interface SelectionOptions {
  count: number;
  pointed: number;
  onPoint: (at: number | null) => void;
  /** Takes two buckets or more. */
  onSelect: ((stretch: Stretch) => void) | undefined;
  /** Escape, when there is nothing else to leave. */
  onLeave: (() => void) | undefined;
}

/** Points at buckets and chooses stretches of them, by pointer and by keys. */
export function useSelection({ count, pointed, onPoint, onSelect, onLeave }: SelectionOptions) {
  const [ends, setEnds] = useState<{ from: number; to: number } | null>(null);
  const dragsFrom = useRef<number | null>(null);
  const range =
    ends === null
      ? null
      : { first: Math.min(ends.from, ends.to), last: Math.max(ends.from, ends.to) };

  function choose(): void {
    setEnds(null);
    if (range !== null && range.last > range.first) {
      onPoint(null);
      onSelect?.(range);
    }
  }

  function bucketOf(event: PointerEvent): number {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return bucketAt((event.clientX - left) / width, count);
  }

  function move(to: number, extends_: boolean): void {
    const target = Math.min(Math.max(to, 0), count - 1);
    const isPointed = pointed >= 0 && pointed < count;
    setEnds(
      extends_ && onSelect !== undefined
        ? { from: ends?.from ?? (isPointed ? pointed : target), to: target }
        : null,
    );
    onPoint(target);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (count === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const isPointed = pointed >= 0 && pointed < count;
    const targets: Partial<Record<string, number>> = {
      ArrowLeft: isPointed ? pointed - 1 : count - 1,
      ArrowRight: isPointed ? pointed + 1 : 0,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) move(target, event.shiftKey);
    else if (event.key === 'Enter' && range !== null) choose();
    else if (event.key === 'Escape' && (range !== null || isPointed)) {
      setEnds(null);
      onPoint(null);
    } else if (event.key === 'Escape' && onLeave) onLeave();
    else return;
    event.preventDefault();
  }

  return {
    range,
    handlers: {
      onKeyDown,
      onPointerDown: (event: PointerEvent) => {
        if (count === 0 || event.button !== 0) return;
        const at = bucketOf(event);
        onPoint(at);
        if (onSelect === undefined) return;
        dragsFrom.current = at;
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent) => {
        if (count === 0) return;
        const at = bucketOf(event);
        onPoint(at);
        if (dragsFrom.current !== null && (ends !== null || at !== dragsFrom.current)) {
          setEnds({ from: dragsFrom.current, to: at });
        }
      },
      onPointerUp: () => {
        dragsFrom.current = null;
        choose();
      },
      onPointerCancel: () => {
        dragsFrom.current = null;
        setEnds(null);
      },
      // A finger that is lifted leaves, too; what it has pointed at stays.
      onPointerLeave: (event: PointerEvent) => {
        if (event.pointerType === 'mouse' && dragsFrom.current === null) onPoint(null);
      },
      onBlur: () => {
        setEnds(null);
        onPoint(null);
      },
    },
  };
}
