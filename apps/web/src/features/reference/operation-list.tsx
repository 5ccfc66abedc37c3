import { useRef } from 'react';
import { Link } from '@tanstack/react-router';
import type { ApiReference } from '@apigate/contract';
import { SearchField } from '@apigate/ui/search-field';
import { foundIn } from './found-in.ts';
import { MethodMark } from './method-mark.tsx';
import type { ReferenceSearch } from './reference-search.ts';
import styles from './operation-list.module.css';

export interface OperationListProps {
  reference: ApiReference;
  search: ReferenceSearch;
  /** Id of the operation in sight. */
  shownId: string | undefined;
  onSearch: (words: string) => void;
}

/** Every operation under its group, and a search over them. On a phone it folds away behind a line. */
export function OperationList({ reference, search, shownId, onSearch }: OperationListProps) {
  const fold = useRef<HTMLDetailsElement>(null);
  const found = foundIn(reference.operations, search.q ?? '');
  const groups = reference.groups
    .map(({ name }) => ({ name, members: found.filter(({ group }) => group === name) }))
    .filter(({ members }) => members.length > 0);
  const list = (
    <>
      <SearchField
        label="Search operations"
        value={search.q ?? ''}
        onChange={(words) => onSearch(words)}
      />
      <nav aria-label="Operations" className={styles.groups}>
        {groups.map(({ name, members }) => (
          <section key={name} aria-label={name}>
            <h2>{name}</h2>
            <ul>
              {members.map(({ id, method, summary, isDeprecated }) => (
                <li key={id}>
                  <Link
                    to="/portal/reference"
                    search={{ ...search, op: id }}
                    className={styles.link}
                    aria-current={id === shownId ? 'page' : undefined}
                    onClick={() => fold.current?.removeAttribute('open')}
                  >
                    <MethodMark method={method} />
                    <span data-deprecated={isDeprecated || undefined}>{summary}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && <p className={styles.none}>No operation has all of these words.</p>}
      </nav>
    </>
  );
  return (
    <div className={styles.list}>
      <div className={styles.wide}>{list}</div>
      <details ref={fold} className={styles.narrow}>
        <summary>{`Operations (${reference.operations.length})`}</summary>
        {list}
      </details>
    </div>
  );
}
