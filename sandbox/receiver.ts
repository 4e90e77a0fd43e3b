import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was sent. */
export interface Received {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a receiver says to it. */
export interface ReceiverAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** Somebody on the loopback address who is sent webhooks. */
export interface Receiver {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** Cuts every connection. */
  close(): Promise<void>;
}

/**
 * Listens, on a free port unless one is given, and answers each whole request with what `answer` gives; undefined leaves
 * the sender waiting.
 */
export async function openReceiver(
  answer: (received: Received) => ReceiverAnswer | undefined,
  port = 0,
): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const said = answer({ method, path, headers, body: Buffer.concat(chunks).toString() });
      if (said !== undefined) response.writeHead(said.status, said.headers).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
