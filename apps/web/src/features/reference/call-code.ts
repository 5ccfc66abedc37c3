import type { CodeSample } from '@apigate/ui/code-popover';
import { shellQuoted } from '../../lib/shell-text.ts';
import type { CallRequest } from './call-request.ts';

/** A string as JavaScript, Python and Go read it. */
const quoted = (text: string) => JSON.stringify(text);
/** A string as PHP reads it. */
const phpQuoted = (text: string) => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** A call as whole programs with nothing to install. @param apiKey a key, or what stands for one */
export function callCode(
  { method, url, headers, body }: CallRequest,
  apiKey: string,
): readonly [CodeSample, ...CodeSample[]] {
  const all = [['X-API-Key', apiKey] as const, ...headers];
  return [
    {
      name: 'curl',
      code: [
        `curl -i${method === 'GET' ? '' : ` -X ${method}`} ${shellQuoted(url)}`,
        ...all.map(([name, value]) => `  -H ${shellQuoted(`${name}: ${value}`)}`),
        ...(body === null ? [] : [`  --data-raw ${shellQuoted(body)}`]),
      ].join(' \\\n'),
    },
    {
      name: 'JavaScript',
      code: [
        `const response = await fetch(${quoted(url)}, {`,
        ...(method === 'GET' ? [] : [`  method: ${quoted(method)},`]),
        `  headers: {`,
        ...all.map(([name, value]) => `    ${quoted(name)}: ${quoted(value)},`),
        `  },`,
        ...(body === null ? [] : [`  body: ${quoted(body)},`]),
        `});`,
        `console.log(response.status, await response.text());`,
      ].join('\n'),
    },
    {
      name: 'Python',
      code: [
        `from urllib.request import Request, urlopen`,
        ``,
        `request = Request(`,
        `    ${quoted(url)},`,
        `    method=${quoted(method)},`,
        `    headers={${all.map(([name, value]) => `${quoted(name)}: ${quoted(value)}`).join(', ')}},`,
        ...(body === null ? [] : [`    data=${quoted(body)}.encode(),`]),
        `)`,
        `with urlopen(request) as response:`,
        `    print(response.status, response.read().decode())`,
      ].join('\n'),
    },
    {
      name: 'Go',
      code: [
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
        ...all.map(([name, value]) => `\trequest.Header.Set(${quoted(name)}, ${quoted(value)})`),
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
    },
    {
      name: 'PHP',
      code: [
        `<?php`,
        `$call = curl_init(${phpQuoted(url)});`,
        `curl_setopt_array($call, [`,
        `    CURLOPT_CUSTOMREQUEST => ${phpQuoted(method)},`,
        `    CURLOPT_HTTPHEADER => [${all.map(([name, value]) => phpQuoted(`${name}: ${value}`)).join(', ')}],`,
        ...(body === null ? [] : [`    CURLOPT_POSTFIELDS => ${phpQuoted(body)},`]),
        `    CURLOPT_RETURNTRANSFER => true,`,
        `]);`,
        `$text = curl_exec($call);`,
        `echo curl_getinfo($call, CURLINFO_RESPONSE_CODE), ' ', $text, PHP_EOL;`,
      ].join('\n'),
    },
  ];
}
