import { shellQuoted } from './shell-text.ts';

/** The languages in which a call is shown. */
export const callLanguages = ['curl', 'JavaScript', 'Python', 'Go', 'PHP'] as const;
export type CallLanguage = (typeof callLanguages)[number];

/** A call as it goes over the wire, without its key. */
export interface CallRequest {
  method: string;
  url: string;
  headers: readonly (readonly [string, string])[];
  body: string | null;
}

/**
 * A call as a whole program that prints status and answer, with nothing to install.
 *
 * @param apiKey a key, or what stands for one
 */
export function callCode(language: CallLanguage, request: CallRequest, apiKey: string): string {
  return programs[language]({
    ...request,
    headers: [['X-API-Key', apiKey], ...request.headers],
  });
}

/** A string as JavaScript, Python and Go read it. */
const quoted = (text: string) => JSON.stringify(text);
/** A string as PHP reads it: in single quotes, in which it replaces nothing. */
const phpQuoted = (text: string) => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

const programs: Record<CallLanguage, (request: CallRequest) => string> = {
  curl: ({ method, url, headers, body }) =>
    [
      `curl -i${method === 'GET' ? '' : ` -X ${method}`} ${shellQuoted(url)}`,
      ...headers.map(([name, value]) => `  -H ${shellQuoted(`${name}: ${value}`)}`),
      ...(body === null ? [] : [`  --data-raw ${shellQuoted(body)}`]),
    ].join(' \\\n'),

  JavaScript: ({ method, url, headers, body }) =>
    [
      `const response = await fetch(${quoted(url)}, {`,
      ...(method === 'GET' ? [] : [`  method: ${quoted(method)},`]),
      `  headers: {`,
      ...headers.map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},`),
      `  },`,
      ...(body === null ? [] : [`  body: ${quoted(body)},`]),
      `});`,
      `console.log(response.status, await response.text());`,
    ].join('\n'),

  Python: ({ method, url, headers, body }) =>
    [
      `from urllib.request import Request, urlopen`,
      ``,
      `request = Request(`,
      `    ${quoted(url)},`,
      ...(method === 'GET' ? [] : [`    method=${quoted(method)},`]),
      `    headers={${headers.map(([name, value]) => `${quoted(name)}: ${quoted(value)}`).join(', ')}},`,
      ...(body === null ? [] : [`    data=${quoted(body)}.encode(),`]),
      `)`,
      `with urlopen(request) as response:`,
      `    print(response.status, response.read().decode())`,
    ].join('\n'),

  Go: ({ method, url, headers, body }) =>
    [
      `package main`,
      ``,
      `import (`,
      `\t"fmt"`,
      `\t"io"`,
      `\t"log"`,
      `\t"net/http"`,
      ...(body === null ? [] : [`\t"strings"`]),
      `)`,
      ``,
      `func main() {`,
      `\trequest, err := http.NewRequest(${quoted(method)}, ${quoted(url)}, ${body === null ? 'nil' : `strings.NewReader(${quoted(body)})`})`,
      `\tif err != nil {`,
      `\t\tlog.Fatal(err)`,
      `\t}`,
      ...headers.map(([name, value]) => `\trequest.Header.Set(${quoted(name)}, ${quoted(value)})`),
      `\tresponse, err := http.DefaultClient.Do(request)`,
      `\tif err != nil {`,
      `\t\tlog.Fatal(err)`,
      `\t}`,
      `\tdefer response.Body.Close()`,
      `\ttext, err := io.ReadAll(response.Body)`,
      `\tif err != nil {`,
      `\t\tlog.Fatal(err)`,
      `\t}`,
      `\tfmt.Println(response.StatusCode, string(text))`,
      `}`,
    ].join('\n'),

  PHP: ({ method, url, headers, body }) =>
    [
      `<?php`,
      `$call = curl_init(${phpQuoted(url)});`,
      `curl_setopt_array($call, [`,
      `    CURLOPT_CUSTOMREQUEST => ${phpQuoted(method)},`,
      `    CURLOPT_HTTPHEADER => [${headers.map(([name, value]) => phpQuoted(`${name}: ${value}`)).join(', ')}],`,
      ...(body === null ? [] : [`    CURLOPT_POSTFIELDS => ${phpQuoted(body)},`]),
      `    CURLOPT_RETURNTRANSFER => true,`,
      `]);`,
      `$text = curl_exec($call);`,
      `echo curl_getinfo($call, CURLINFO_RESPONSE_CODE), ' ', $text, PHP_EOL;`,
    ].join('\n'),
};
