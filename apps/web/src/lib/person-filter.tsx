import { useState } from 'react';
import { SearchField } from '@apigate/ui/search-field';
import styles from './person-filter.module.css';

export interface PersonFilterProps {
  label: string;
  user: string | undefined;
  onChange: (user: string | undefined) => void;
}

/** One person, by a whole address or id: a part of one finds nobody, so it is told on Enter. */
export function PersonFilter({ label, user = '', onChange }: PersonFilterProps) {
  const [typed, setTyped] = useState(user);
  const name = typed.trim();
  return (
    <form
      className={styles.form}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== user) onChange(name === '' ? undefined : name);
      }}
    >
      <SearchField
        label={label}
        title="E-mail address, username, external id or id; Enter to look"
        maxLength={320}
        enterKeyHint="search"
        value={typed}
        onChange={(value) => {
          setTyped(value);
          if (value === '' && user !== '') onChange(undefined);
        }}
      />
    </form>
  );
}
