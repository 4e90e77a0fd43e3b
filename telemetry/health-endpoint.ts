import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '@prometheus-io/client';
import { MendflowError } from '../domain/run/errors.ts';

/** Where a part says how it is. */
export interface HealthEndpoint {
  address: string;
  /** What /readyz answers from now on; anything but undefined is a reason for 503. */
  setFault(fault: string | undefined): void;
  close(): Promise<void>;
}

/** Where to listen, for which part, and the variable that says another port. */
export interface HealthPlace {
  host: string;
  port: number;
  part: string;
  variable: string;
}

/** Serves /livez, /readyz and /metrics. Rejects with INVALID_CONFIG when the port is taken. */
export async function serveHealth(where: HealthPlace, registry: Registry): Promise<HealthEndpoint> {
  let fault: string | undefined = 'starting';
  const routes: Record<string, () => Promise<{ status: number; type: string; body: string }>> = {
    '/livez': async () => ({ status: 200, type: 'text/plain', body: 'ok\n' }),
    '/readyz': async () => ({
      status: fault === undefined ? 200 : 503,
      type: 'text/plain',
      body: `${fault ?? 'ok'}\n`,
    }),
    '/metrics': async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
  };
  const server = createServer((request, response) => {
    const route = routes[new URL(request.url ?? '/', 'http://part').pathname];
    const answer = route?.() ?? Promise.resolve({ status: 404, type: 'text/plain', body: 'not found\n' });
    answer.then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      (error: Error) => response.writeHead(500, { 'content-type': 'text/plain' }).end(`${error.message}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `the ${where.part} cannot listen on ${where.host}:${where.port} (${cause.code}); set ${where.variable}`;
      reject(new MendflowError('INVALID_CONFIG', message));
    });
    server.listen(where.port, where.host, resolve);
  });
  return {
    address: `http://${where.host}:${(server.address() as AddressInfo).port}`,
    setFault: (next) => {
      fault = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
