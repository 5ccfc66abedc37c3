/**
 * Where help is asked for.
 *
 * @param support an e-mail address or an https link, as the setting has it
 * @param subject of the mail
 */
export function supportLink(support: string, subject: string): { href: string } {
  if (!support.startsWith('https://')) {
    return { href: `mailto:${support}?subject=${encodeURIComponent(subject)}` };
  }
  return { href: support };
}
