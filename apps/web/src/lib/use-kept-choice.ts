import { useState } from 'react';

/** One of a few values that this browser remembers; the first until another is chosen. */
export function useKeptChoice<Value extends string>(
  name: string,
  choices: readonly [Value, ...Value[]],
): [Value, (value: Value) => void] {
  const key = `apigate.${name}`;
  const [value, setValue] = useState(
    () => choices.find((choice) => choice === localStorage.getItem(key)) ?? choices[0],
  );
  return [
    value,
    (chosen) => {
      localStorage.setItem(key, chosen);
      setValue(chosen);
    },
  ];
}
