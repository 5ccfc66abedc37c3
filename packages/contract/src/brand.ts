import { z } from 'zod';
import { lineOfText } from './primitives.ts';
import { logoBytesMax } from './without-schema.ts';

/** The same as a data: URL. */
export const logoCharsMax = 4 * Math.ceil(logoBytesMax / 3) + 40;
export const footerLinksMax = 5;

const linkName = lineOfText(40);
const linkUrl = z.url({ protocol: /^https$/ }).max(512);

const footerLink = z.object({ name: z.string(), url: z.string() });
export type FooterLink = z.infer<typeof footerLink>;

/** How a service presents itself. */
export const brand = z.object({
  name: z.string(),
  /** `#rrggbb`; null for ours. */
  accent: z.string().nullable(),
  /** Null for our sign. Width and height are those of the image itself, in its own units. */
  logo: z.object({ path: z.string(), width: z.number(), height: z.number() }).nullable(),
  /** Stand at the foot of pages and mails. */
  links: z.array(footerLink),
});
export type Brand = z.infer<typeof brand>;

/** An SVG or PNG image as a `data:` URL, or empty. */
export const logoDataUrl = z
  .string()
  .max(logoCharsMax, `must be an image of at most ${logoBytesMax / 1024} KiB`)
  .regex(
    /^(?:|data:image\/(?:svg\+xml|png);base64,[A-Za-z0-9+/]+={0,2})$/,
    'must be empty or an SVG or PNG image, as a data: URL in base64',
  );

/** Links as they are typed: one a line, its name before its URL. */
export const footerLinks = z
  .string()
  .trim()
  .max(2048)
  .superRefine((text, ctx) => {
    const links = footerLinksIn(text);
    const refuse = (message: string) => ctx.addIssue({ code: 'custom', message });
    if (links.length > footerLinksMax) refuse(`may hold at most ${footerLinksMax} links`);
    for (const { name, url } of links) {
      if (linkName.safeParse(name).success && linkUrl.safeParse(url).success) continue;
      refuse(
        `must have a name and a link on each line, such as “Terms https://example.com/terms”, and “${`${name} ${url}`.trim().slice(0, 80)}” is not so`,
      );
      return;
    }
  });

/** Takes apart what `footerLinks` lets through. */
export function footerLinksIn(text: string): FooterLink[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const gap = line.search(/\s\S*$/);
      return { name: line.slice(0, Math.max(0, gap)).trim(), url: line.slice(gap + 1) };
    });
}
