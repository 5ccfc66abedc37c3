import type { Brand as BrandSettings } from '@apigate/contract';
import { useBrand } from './use-brand.ts';
import styles from './brand.module.css';

export interface BrandProps {
  /** Said after the name: which of the two faces this is. */
  part?: string;
}

/** The name of this service behind its sign. */
export function Brand({ part }: BrandProps) {
  const { name, logo, isKnown } = useBrand();
  return (
    <span className={styles.brand} data-known={isKnown}>
      {logo === null ? <OurSign /> : <Logo logo={logo} name={name} />}
      {(logo === null || !holdsName(logo)) && <span className={styles.name}>{name}</span>}
      {part && <span className={styles.part}>{part}</span>}
    </span>
  );
}

type LogoSettings = NonNullable<BrandSettings['logo']>;

/** Who draws a sign that wide has written the name into it. */
function holdsName({ width, height }: LogoSettings): boolean {
  return width > 2 * height;
}

/** An `img` runs nothing that may be in a picture. */
function Logo({ logo, name }: { logo: LogoSettings; name: string }) {
  const { path, width, height } = logo;
  return (
    <img
      className={styles.logo}
      src={path}
      alt={holdsName(logo) ? name : ''}
      width={Math.round((width / height) * logoHeightPx)}
      height={logoHeightPx}
    />
  );
}

const logoHeightPx = 28;

function OurSign() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden width="24" height="24">
      <rect width="24" height="24" rx="6.5" fill="var(--accent)" />
      <path
        d="M6.5 18v-7a5.5 5.5 0 0 1 11 0v7M12 18v-5.5"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
    </svg>
  );
}
