import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** An intake that takes everything at once and writes down when it came. */
export interface CountingIntake {
  url: string;
  /** When an alert of the pod came last with this status, Unix ms. */
  cameAt(pod: string, status: 'firing' | 'resolved'): number | undefined;
  forget(): void;
  close(): Promise<void>;
}

interface Delivery {
  alerts: { status: string; labels: Record<string, string> }[];
}

/** Listens on a free port of the loopback address. */
export async function openCountingIntake(): Promise<CountingIntake> {
  const came = new Map<string, number>();
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const atMs = Date.now();
    const { alerts } = (await json(request)) as Delivery;
    for (const { status, labels } of alerts) came.set(`${status} ${labels.pod}`, atMs);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cameAt: (pod, status) => came.get(`${status} ${pod}`),
    forget: () => came.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
