import { create } from 'qrcode';
import styles from './qr-code.module.css';

export interface QrCodeProps {
  text: string;
  label: string;
}

/** White around the code, in modules (ISO/IEC 18004, 9.1). */
const quietZone = 4;

/** Dark on white in either theme, or cameras do not see it. */
export function QrCode({ text, label }: QrCodeProps) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * quietZone;
  const rows = Array.from({ length: modules.size }, (_, row) =>
    Array.from({ length: modules.size }, (_, column) =>
      modules.get(row, column) ? `M${column + quietZone} ${row + quietZone}h1v1h-1z` : '',
    ).join(''),
  );
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      className={styles.code}
    >
      <path d={rows.join('')} />
    </svg>
  );
}
