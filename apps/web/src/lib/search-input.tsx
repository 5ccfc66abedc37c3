import { useEffect, useEffectEvent, useState } from 'react';
import { SearchField } from '@apigate/ui/search-field';

export interface SearchInputProps {
  label: string;
  /** What is searched. */
  title: string;
  value: string;
  onChange: (value: string) => void;
}

/** Long enough that somebody who types on sends one question, short enough to be felt as none. */
const typingPauseMs = 60;

/** Types freely, and tells the address after a short pause; follows the address when that changes by itself. */
export function SearchInput({ label, title, value, onChange }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    if (value !== typed.trim()) setTyped(value);
  }

  const tell = useEffectEvent(onChange);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => tell(typed.trim()), typingPauseMs);
    return () => clearTimeout(timer);
  }, [typed, value]);

  return (
    <SearchField label={label} title={title} maxLength={100} value={typed} onChange={setTyped} />
  );
}
