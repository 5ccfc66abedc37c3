/** The colours that carry a brand, for one theme. CSS hex. */
export interface AccentColors {
  /** Behind white text. */
  accent: string;
  hover: string;
  /** Text on a surface, and the ring of the focus. */
  text: string;
  /** Behind such text. */
  soft: string;
}

type Rgb = readonly [number, number, number];

const contrastMin = 4.5;
const chromaMax = 0.25;
const step = 0.005;
const white: Rgb = [1, 1, 1];
/** The surfaces on which text in the accent's colour is hardest to read. */
const hardest = { light: rgbOf('#e6e8ec'), dark: rgbOf('#34373e') } as const;

/**
 * Makes of a brand's colour what both themes need. Its hue stays, and its lightness as far as text stays readable: at
 * least 4.5:1 (WCAG 2.2, 1.4.3).
 *
 * @param hex `#rrggbb`
 */
export function accentColors(hex: string): { light: AccentColors; dark: AccentColors } {
  const { lightness, chroma: given, hue } = oklchOf(rgbOf(hex));
  const chroma = Math.min(given, chromaMax);
  const color = (at: number, share = 1) => rgbFrom({ lightness: at, chroma: chroma * share, hue });
  const theme = (on: Rgb, { isDark }: { isDark: boolean }): AccentColors => {
    const accent = moved(isDark ? Math.max(lightness, 0.45) : lightness, -step, (at) =>
      contrast(color(at), white),
    );
    const soft = isDark ? color(0.29, 0.3) : color(0.955, 0.1);
    const text = moved(isDark ? Math.max(lightness, 0.7) : lightness, isDark ? step : -step, (at) =>
      Math.min(
        contrast(color(at, isDark ? 0.65 : 1), on),
        contrast(color(at, isDark ? 0.65 : 1), soft),
      ),
    );
    return {
      accent: hexOf(color(accent)),
      hover: hexOf(color(accent - 0.045)),
      text: hexOf(color(text, isDark ? 0.65 : 1)),
      soft: hexOf(soft),
    };
  };
  return {
    light: theme(hardest.light, { isDark: false }),
    dark: theme(hardest.dark, { isDark: true }),
  };
}

/** The first lightness in a direction at which the contrast is enough. */
function moved(from: number, by: number, contrastAt: (lightness: number) => number): number {
  let at = from;
  // A little more than needed, because colours are rounded to 8 bits.
  while (contrastAt(at) < contrastMin + 0.05 && at > 0 && at < 1) at += by;
  return Math.min(1, Math.max(0, at));
}

/** How far two colours stand apart, 1 to 21 (WCAG 2.2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [brighter = 0, darker = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (brighter + 0.05) / (darker + 0.05);
}

/** @param hex `#rrggbb` @returns red, green and blue, each 0 to 1 */
export function rgbOf(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

function hexOf(color: Rgb): string {
  return `#${color
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function gamma(part: number): number {
  const inside = Math.min(1, Math.max(0, part));
  return inside <= 0.0031308 ? inside * 12.92 : 1.055 * inside ** (1 / 2.4) - 0.055;
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

interface Oklch {
  lightness: number;
  chroma: number;
  /** Radians. */
  hue: number;
}

/** sRGB to Oklch and back, with the matrices of CSS Color 4. */
function oklchOf(color: Rgb): Oklch {
  const [red, green, blue] = [linear(color[0]), linear(color[1]), linear(color[2])];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, b),
    hue: Math.atan2(b, a),
  };
}

function rgbFrom({ lightness, chroma, hue }: Oklch): Rgb {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
