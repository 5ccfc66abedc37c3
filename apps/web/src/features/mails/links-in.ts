/** The links in the text of a mail, each once. */
export function linksIn(text: string): string[] {
  return [...new Set(text.match(/https?:\/\/\S+/g))];
}
