import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  url: string;
  seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  /** Connections opened so far. */
  connections(): number;
  stop(): Promise<void>;
}

/** A server on a free port that notes what it was asked and lets the test answer. */
export async function startHttpServer(answer: (response: ServerResponse) => void): Promise<HttpServer> {
  const seen: HttpServer['seen'] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
