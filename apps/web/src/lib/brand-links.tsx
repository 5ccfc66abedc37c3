import { useQuery } from '@tanstack/react-query';
import { supportLink } from './support-link.ts';
import { trpc } from './trpc.ts';
import styles from './brand-links.module.css';

/** Where the people behind this service say more about it, at the foot of a page; nothing where they gave no link. */
export function BrandLinks() {
  const { data: instance } = useQuery(trpc.auth.instance.queryOptions());
  if (instance === undefined) return null;
  const { brand, support } = instance;
  if (brand.links.length === 0 && support === null) return null;
  return (
    <footer className={styles.foot}>
      <nav aria-label={`More about ${brand.name}`}>
        <ul>
          {brand.links.map(({ name, url }) => (
            <li key={`${name} ${url}`}>
              <a href={url}>{name}</a>
            </li>
          ))}
          {support !== null && (
            <li>
              <a {...supportLink(support, `Question about ${brand.name}`)}>Get help</a>
            </li>
          )}
        </ul>
      </nav>
    </footer>
  );
}
