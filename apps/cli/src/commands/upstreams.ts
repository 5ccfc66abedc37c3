import {
  createUpstreamInput,
  listUpstreamsInput,
  updateUpstreamInput,
  upstream as upstreamSchema,
  upstreamRef,
} from '@apigate/contract';
import type { Upstream } from '@apigate/sdk';
import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import { type Flags, header, number, text } from '../flags.ts';
import * as format from '../format.ts';
import type { View } from '../output.ts';
import { pageFlags } from '../page-flags.ts';
import { addNoun, addVerb, requireChanges } from '../verb.ts';

const upstreamView: View<Upstream> = {
  plural: 'upstreams',
  schema: upstreamSchema,
  columns: {
    Name: (upstream) => upstream.name,
    URL: (upstream) => upstream.url,
    'Auth header': (upstream) => format.orDash(upstream.authHeaderName),
    ID: (upstream) => upstream.id,
  },
  details: {
    'Connect timeout': (upstream) => `${format.count(upstream.connectTimeoutMs)} ms`,
    'Response timeout': (upstream) => `${format.count(upstream.responseTimeoutMs)} ms`,
    'Idle timeout': (upstream) => `${format.count(upstream.idleTimeoutMs)} ms`,
    Connections: (upstream) => format.count(upstream.connectionsMax),
    Created: (upstream) => format.time(upstream.createdAt),
    Updated: (upstream) => format.time(upstream.updatedAt),
  },
};

const upstreamFlags = {
  name: text('--name <name>', 'name, for routes to refer to'),
  url: text(
    '--url <url>',
    'base URL of the API; the address of the control plane goes before "upstreams"',
  ),
  connectTimeoutMs: number('--connect-timeout <ms>', 'longest wait for a connection'),
  responseTimeoutMs: number('--response-timeout <ms>', 'longest wait for the first byte'),
  idleTimeoutMs: number('--idle-timeout <ms>', 'longest silence within an answer'),
  connectionsMax: number('--connections <n>', 'sockets that one proxy opens at most'),
  authHeader: header('--auth-header <header>', 'sent with each request; kept encrypted'),
} satisfies Flags<typeof createUpstreamInput>;

/** `apigate upstreams …` */
export function addUpstreams(program: Command): void {
  const upstreams = addNoun(program, 'upstreams', 'The APIs behind the proxy');

  addVerb(upstreams, {
    usage: 'list',
    about: 'List upstreams',
    input: listUpstreamsInput,
    flags: pageFlags,
    examples: ['apigate upstreams list'],
    run: async ({ api, input, output }) =>
      output.page(await api.upstreams.list(input), upstreamView),
  });

  addVerb(upstreams, {
    usage: 'get <upstream>',
    about: 'Show an upstream, by id or name',
    input: upstreamRef,
    examples: ['apigate upstreams get orders'],
    run: async ({ api, input, output }) =>
      output.item(await api.upstreams.get(input.upstream), upstreamView),
  });

  addVerb(upstreams, {
    usage: 'create',
    about: 'Create an upstream',
    input: createUpstreamInput,
    flags: upstreamFlags,
    examples: [
      'apigate upstreams create --name orders --url https://orders.internal.example.com',
      'apigate upstreams create --name crm --url https://crm.example.com --auth-header "X-Token: secret"',
    ],
    run: async ({ api, input, output }) =>
      output.item(await api.upstreams.create(input), upstreamView),
  });

  addVerb(upstreams, {
    usage: 'update <upstream>',
    about: 'Change an upstream; an empty value clears a field',
    input: updateUpstreamInput,
    flags: upstreamFlags,
    examples: ['apigate upstreams update orders --response-timeout 60000'],
    run: async ({ api, input: { upstream, ...changes }, output }) => {
      requireChanges(changes, upstreamFlags);
      output.item(await api.upstreams.update(upstream, changes), upstreamView);
    },
  });

  addVerb(upstreams, {
    usage: 'delete <upstream>',
    about: 'Delete an upstream that no route leads to',
    input: upstreamRef,
    isDestructive: true,
    examples: ['apigate upstreams delete orders --yes'],
    run: async ({ api, input: { upstream }, output, isAgreed }) => {
      await confirm(`The upstream ${upstream} is deleted for good.`, isAgreed);
      output.done(`The upstream ${upstream} is deleted.`, await api.upstreams.delete(upstream));
    },
  });
}
