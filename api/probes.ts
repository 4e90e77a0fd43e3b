import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { limitConnections } from './connections.ts';

const paths: readonly string[] = ['/livez', '/readyz', '/metrics'];
const timeoutMs = 2_000;
const limits = { maxConnections: 100, maxConnectionsPerPeer: 50 };

/**
 * The probes and metrics of the app on a server of their own: whoever fills the connections of the api cannot make it
 * look dead. Each connection serves one request and is closed; nothing else is served here.
 */
export function createProbes(app: FastifyInstance): Server {
  const server = createServer(
    { headersTimeout: timeoutMs, requestTimeout: timeoutMs, connectionsCheckingInterval: timeoutMs / 4 },
    (request, response) => {
      response.shouldKeepAlive = false;
      const [path = ''] = (request.url ?? '').split('?', 1);
      if (paths.includes(path)) app.routing(request, response);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end(`Only ${paths.join(', ')} are served here.\n`);
    },
  );
  limitConnections(server, limits);
  return server;
}
