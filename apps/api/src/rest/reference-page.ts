import { z } from 'zod';
import type { openApiDocument } from './openapi.ts';

type Document = ReturnType<typeof openApiDocument>;

/** What the page reads of the document. */
const schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  format: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  get anyOf() {
    return z.array(schema).optional();
  },
  get items() {
    return schema.optional();
  },
  get properties() {
    return z.record(z.string(), schema).optional();
  },
  required: z.array(z.string()).optional(),
});
type Schema = z.infer<typeof schema>;
const content = z
  .record(z.string(), z.object({ schema: schema.optional(), example: z.unknown().optional() }))
  .optional();
const described = z.object({
  operationId: z.string(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(
      z.object({
        $ref: z.string().optional(),
        name: z.string().optional(),
        in: z.string().optional(),
        required: z.boolean().optional(),
        schema: schema.optional(),
        example: z.unknown().optional(),
        description: z.string().optional(),
      }),
    )
    .optional(),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ $ref: z.string().optional(), content })),
});
type Described = z.infer<typeof described>;
const documented = z.record(z.string(), z.record(z.string(), described));

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (char) => escapes[char] ?? char);
/** Text with `code` in it. */
const prose = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
const anchor = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** The document as a page without scripts, which needs nothing but its style from here. */
export function referencePage(document: Document): string {
  const operations = Object.entries(documented.parse(document.paths)).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const { title, description, version } = document.info;
  const [server] = document.servers;
  const sections = document.tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags[0] === tag.name);
    return `<section id="${anchor(tag.name)}"><h2>${escaped(tag.name)}</h2><p>${prose(tag.description)}</p>
${own.map((one) => operationArticle(one, document, server?.url ?? '')).join('\n')}</section>`;
  });
  const links = document.tags.map(
    ({ name }) => `<li><a href="#${anchor(name)}">${escaped(name)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} API reference</title><link rel="stylesheet" href="/docs/style.css"></head>
<body><nav aria-label="Sections"><strong>${escaped(title)} ${escaped(version)}</strong><ul>${links.join('')}</ul>
<a href="/openapi.json">OpenAPI document</a></nav>
<main><h1>API reference</h1><p>${prose(description)}</p>
<p>Base URL <code>${escaped(server?.url ?? '')}</code>. Send <code>Authorization: Bearer …</code> with an access token or a service key.</p>
${sections.join('\n')}</main></body></html>
`;
}

function operationArticle(
  { path, method, operation }: { path: string; method: string; operation: Described },
  document: Document,
  server: string,
): string {
  const verb = method.toUpperCase();
  const isOpen = operation.security?.length === 0;
  const [success] = Object.entries(operation.responses);
  const refusals = Object.entries(operation.responses).slice(1);
  const parts = [
    operation.description === undefined ? '' : `<p>${prose(operation.description)}</p>`,
    isOpen ? '<p>Needs no credentials.</p>' : '',
    fieldsTable('Parameters', parameterRows(operation, document)),
    fieldsTable('Body', bodyRows(operation)),
    `<h4>Request</h4><pre><code>${escaped(curl(verb, server + path, operation, isOpen))}</code></pre>`,
    success === undefined ? '' : answerBlock(success[0], success[1].content),
    `<p class="refusals">Refusals: ${refusals.map(([status]) => status).join(', ')}</p>`,
  ];
  return `<details id="${escaped(operation.operationId)}"><summary><span class="method ${method}">${verb}</span> <code>${escaped(path)}</code> <span>${escaped(operation.summary)}</span></summary>
${parts.filter(Boolean).join('\n')}</details>`;
}

type Row = readonly [name: string, type: string, isRequired: boolean, description: string];

function fieldsTable(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(
    ([name, type, isRequired, description]) =>
      `<tr><td><code>${escaped(name)}</code>${isRequired ? ' <em>required</em>' : ''}</td><td>${escaped(type)}</td><td>${prose(description)}</td></tr>`,
  );
  return `<h4>${title}</h4><table><tbody>${cells.join('')}</tbody></table>`;
}

function parameterRows({ parameters = [] }: Described, document: Document): Row[] {
  const shared: Readonly<Record<string, { name: string; description: string }>> =
    document.components.parameters;
  return parameters.map((parameter) => {
    const common = shared[parameter.$ref?.split('/').at(-1) ?? ''];
    if (common !== undefined) return [common.name, 'header', false, common.description];
    const { name = '', required = false, description = '' } = parameter;
    return [name, typeOf(parameter.schema), required, description];
  });
}

function bodyRows({ requestBody }: Described): Row[] {
  const body = Object.entries(requestBody?.content ?? {});
  return body.flatMap(([type, { schema: fields }]): Row[] =>
    fields?.properties === undefined
      ? [[type, 'text', true, '']]
      : Object.entries(fields.properties).map(([name, field]) => [
          name,
          typeOf(field),
          fields.required?.includes(name) ?? false,
          field.description ?? '',
        ]),
  );
}

function typeOf(field: Schema | undefined): string {
  if (field === undefined) return '';
  const fallback = field.default === undefined ? '' : `, else ${JSON.stringify(field.default)}`;
  return kindOf(field) + fallback;
}

function kindOf(field: Schema): string {
  if (field.anyOf !== undefined) {
    return [...new Set(field.anyOf.map(kindOf))].join(' or ');
  }
  if (field.enum !== undefined) return field.enum.map((value) => JSON.stringify(value)).join(', ');
  if (field.const !== undefined) return JSON.stringify(field.const);
  if (field.type === 'array')
    return `list of ${field.items === undefined ? 'any' : kindOf(field.items)}`;
  const type = Array.isArray(field.type) ? field.type.join(' or ') : (field.type ?? 'any');
  return field.format === undefined ? type : `${type} (${field.format})`;
}

function answerBlock(status: string, answer: Described['responses'][string]['content']): string {
  const [first] = Object.values(answer ?? {});
  const example = first?.example;
  const shown =
    example === undefined
      ? ''
      : `<pre><code>${escaped(JSON.stringify(example, null, 2))}</code></pre>`;
  return `<h4>Answer ${escaped(status)}</h4>${shown}`;
}

function curl(verb: string, url: string, operation: Described, isOpen: boolean): string {
  const { parameters = [], requestBody } = operation;
  const inPath = new Map(
    parameters.flatMap(({ in: where, name = '', example }) =>
      where === 'path' ? [[name, encodeURIComponent(String(example))] as const] : [],
    ),
  );
  const query = parameters
    .filter(({ in: where, example }) => where === 'query' && example !== undefined)
    .map(({ name = '', example }) => `${name}=${encodeURIComponent(String(example))}`)
    .join('&');
  const address = url.replaceAll(
    /\{(\w+)\}/g,
    (braces, name: string) => inPath.get(name) ?? braces,
  );
  const [body] = Object.entries(requestBody?.content ?? {});
  const lines = [
    `curl ${verb === 'GET' ? '' : `-X ${verb} `}'${address}${query === '' ? '' : `?${query}`}'`,
    ...(isOpen ? [] : [`  -H "Authorization: Bearer $APIGATE_TOKEN"`]),
    ...(body === undefined
      ? []
      : [`  -H 'Content-Type: ${body[0]}'`, `  -d '${bodyText(body[1].example)}'`]),
  ];
  return lines.join(' \\\n');
}

function bodyText(example: unknown): string {
  const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  return text.replaceAll("'", String.raw`'\''`);
}

export const referenceStyle = `:root{color-scheme:light dark;--line:light-dark(#dfe3e8,#30363d);--soft:light-dark(#f5f6f8,#161b22);--text:light-dark(#1c2127,#e6e8eb);--mute:light-dark(#59636e,#9aa4af);--page:light-dark(#fff,#0d1117);--accent:light-dark(#2356c7,#7aa7ff)}
*{box-sizing:border-box}
body{margin:0;display:grid;grid-template-columns:220px minmax(0,1fr);font:15px/24px Inter,system-ui,sans-serif;color:var(--text);background:var(--page)}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:24px 16px;border-right:1px solid var(--line);background:var(--soft)}
nav ul{list-style:none;margin:16px 0;padding:0}
a{color:var(--accent)}
nav li a{display:block;padding:4px 0;text-decoration:none}
main{padding:24px 32px 96px;max-width:1000px}
h1{font-size:28px;line-height:36px}h2{font-size:20px;margin-top:48px;scroll-margin-top:16px}h4{font-size:12px;color:var(--mute);margin:16px 0 4px;text-transform:none}
code,pre{font-family:"JetBrains Mono",ui-monospace,monospace;font-size:13px}
pre{margin:0;padding:12px;overflow:auto;border:1px solid var(--line);border-radius:8px;background:var(--soft)}
details{border:1px solid var(--line);border-radius:8px;margin:8px 0;padding:0 16px;scroll-margin-top:16px}
details[open]{padding-bottom:16px}
summary{cursor:pointer;padding:8px 0;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
summary>span:last-child{color:var(--mute)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.method{min-width:56px;font-weight:600;font-size:12px;font-family:"JetBrains Mono",ui-monospace,monospace}
table{width:100%;border-collapse:collapse}td{padding:4px 12px 4px 0;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}td:first-child{width:35%}td:nth-child(2){width:25%}
em,.refusals{color:var(--mute);font-size:12px;font-style:normal}
@media (max-width:760px){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}nav ul{columns:2}main{padding:16px}}
`;
