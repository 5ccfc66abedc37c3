/**
 * Generic proxies of Node, bare: each passes on what comes and does nothing else, over connections that are kept.
 *
 *   node proxies.mjs NAME PORT UPSTREAM
 *
 * Plain JavaScript, because what it imports is there only once the bench has installed it.
 */
import { Agent, createServer } from 'node:http';

const connectionsMax = 128;
const [, , name, port, upstream] = process.argv;
const kept = () => new Agent({ keepAlive: true, maxSockets: connectionsMax });

const starts = {
  async 'http-proxy-3'() {
    const { createProxyServer } = await import('http-proxy-3');
    const proxy = createProxyServer({ target: upstream, agent: kept() });
    proxy.on('error', (_error, _req, res) => res.writeHead(502).end());
    createServer((req, res) => proxy.web(req, res)).listen(port, '127.0.0.1');
  },

  async httpxy() {
    const { createProxyServer } = await import('httpxy');
    const proxy = createProxyServer({ target: upstream, agent: kept() });
    proxy.on('error', (_error, _req, res) => res.writeHead(502).end());
    createServer((req, res) => void proxy.web(req, res)).listen(port, '127.0.0.1');
  },

  async 'fast-proxy'() {
    const { default: fastProxy } = await import('fast-proxy');
    const undici = { connections: connectionsMax, pipelining: 1 };
    const to = fastProxy({ base: upstream, undici });
    createServer((req, res) => to.proxy(req, res, req.url, {})).listen(port, '127.0.0.1');
  },

  async '@fastify/http-proxy'() {
    const [{ default: fastify }, { default: proxy }] = await Promise.all([
      import('fastify'),
      import('@fastify/http-proxy'),
    ]);
    const server = fastify({ logger: false });
    const undici = { connections: connectionsMax, pipelining: 1 };
    await server.register(proxy, { upstream, undici });
    await server.listen({ port: Number(port), host: '127.0.0.1' });
  },
};

const start = starts[name];
if (start === undefined) throw new Error(`${name} is none of ${Object.keys(starts).join(', ')}`);
await start();
