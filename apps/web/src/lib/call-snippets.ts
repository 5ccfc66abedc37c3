import { shellQuoted } from './shell-text.ts';

/** The languages in which a first call is shown. */
export const snippetLanguages = ['curl', 'JavaScript', 'Python', 'Go', 'PHP'] as const;
export type SnippetLanguage = (typeof snippetLanguages)[number];

export interface FirstCallTarget {
  /** Where the call goes, path included. */
  url: string;
  /** What the call shows to be let in. */
  apiKey: string;
}

/** A whole program that calls the API once and prints status and answer, with nothing to install. */
export function callSnippet(language: SnippetLanguage, target: FirstCallTarget): string {
  return snippets[language](target);
}

/** A string as JavaScript, Python and Go read it. */
const quoted = (text: string) => JSON.stringify(text);

const snippets: Record<SnippetLanguage, (target: FirstCallTarget) => string> = {
  curl: ({ url, apiKey }) =>
    `curl -i ${shellQuoted(url)} \\\n  -H ${shellQuoted(`X-API-Key: ${apiKey}`)}`,

  JavaScript: ({ url, apiKey }) =>
    [
      `const response = await fetch(${quoted(url)}, {`,
      `  headers: { "X-API-Key": ${quoted(apiKey)} },`,
      `});`,
      `console.log(response.status, await response.text());`,
    ].join('\n'),

  Python: ({ url, apiKey }) =>
    [
      `from urllib.request import Request, urlopen`,
      ``,
      `request = Request(${quoted(url)}, headers={"X-API-Key": ${quoted(apiKey)}})`,
      `with urlopen(request) as response:`,
      `    print(response.status, response.read().decode())`,
    ].join('\n'),

  Go: ({ url, apiKey }) =>
    [
      `package main`,
      ``,
      `import (`,
      `\t"fmt"`,
      `\t"io"`,
      `\t"log"`,
      `\t"net/http"`,
      `)`,
      ``,
      `func main() {`,
      `\trequest, err := http.NewRequest("GET", ${quoted(url)}, nil)`,
      `\tif err != nil {`,
      `\t\tlog.Fatal(err)`,
      `\t}`,
      `\trequest.Header.Set("X-API-Key", ${quoted(apiKey)})`,
      `\tresponse, err := http.DefaultClient.Do(request)`,
      `\tif err != nil {`,
      `\t\tlog.Fatal(err)`,
      `\t}`,
      `\tdefer response.Body.Close()`,
      `\tbody, err := io.ReadAll(response.Body)`,
      `\tif err != nil {`,
      `\t\tlog.Fatal(err)`,
      `\t}`,
      `\tfmt.Println(response.StatusCode, string(body))`,
      `}`,
    ].join('\n'),

  PHP: ({ url, apiKey }) =>
    [
      `<?php`,
      `$context = stream_context_create(["http" => [`,
      `    "header" => ${phpQuoted(`X-API-Key: ${apiKey}`)},`,
      `    "ignore_errors" => true,`,
      `]]);`,
      `echo file_get_contents(${phpQuoted(url)}, false, $context), "\\n";`,
      `echo $http_response_header[0], "\\n";`,
    ].join('\n'),
};

/** Single quotes, in which PHP replaces nothing. */
function phpQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
