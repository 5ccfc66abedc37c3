import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { SearchField } from '@apigate/ui/search-field';
import { typingPauseMs } from './typing-pause.ts';

export interface SearchInputProps {
  label: string;
  /** What is searched. */
  title: string;
  value: string;
  onChange: (value: string) => void;
}

/** Types freely, and tells the address at once, or after a short pause; follows the address when that changes by itself. */
export function SearchInput({ label, title, value, onChange }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  // What the address was told and does not show yet.
  const [told, setTold] = useState<readonly string[]>([]);
  if (value !== seen) {
    setSeen(value);
    const at = told.indexOf(value);
    setTold(at === -1 ? [] : told.slice(at + 1));
    if (at === -1) setTyped(value);
  }

  const toldAtMs = useRef(-Infinity);
  const tell = useEffectEvent((text: string) => {
    toldAtMs.current = performance.now();
    setTold([...told, text]);
    onChange(text);
  });
  useEffect(() => {
    const text = typed.trim();
    if (text === (told.at(-1) ?? value)) return;
    const timer = setTimeout(
      () => tell(text),
      toldAtMs.current + typingPauseMs - performance.now(),
    );
    return () => clearTimeout(timer);
  }, [typed, value, told]);

  return (
    <SearchField label={label} title={title} maxLength={100} value={typed} onChange={setTyped} />
  );
}
