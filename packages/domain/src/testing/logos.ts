/** An SVG image as a logo is set. */
export function svgLogo(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** A grey PNG image of 8 by 4 pixels as a logo is set. */
export const pngLogo =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAAAAACWpiEsAAAADklEQVR4nGNogAIG3AwAIDMQAcP1CnsAAAAASUVORK5CYII=';
