import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Notification } from '../../../activities/contract.ts';
import { freePort } from '../../../sandbox/free-port.ts';

/** Somebody who is told: keeps what came with a good signature, answers 401 to the rest. */
export interface SignedReceiver {
  /** As the configuration file declares it. */
  declaration: { name: string; type: 'webhook'; url: string; secret: string; allowPrivateNetwork: true };
  notifications: Notification[];
  refused: number;
  close(): Promise<void>;
}

const secret = 'secret-of-the-receiver';

function isSigned(header: unknown, body: string): boolean {
  const [, seconds = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(header)) ?? [];
  return signature === createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/** Listens on a free port of the loopback address. */
export async function openReceiver(name: string): Promise<SignedReceiver> {
  const port = await freePort();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const isGood = isSigned(request.headers['mendflow-signature'], body);
      if (isGood) receiver.notifications.push(JSON.parse(body) as Notification);
      else receiver.refused += 1;
      response.writeHead(isGood ? 204 : 401).end();
    });
  });
  const receiver: SignedReceiver = {
    declaration: { name, type: 'webhook', url: `http://127.0.0.1:${port}`, secret, allowPrivateNetwork: true },
    notifications: [],
    refused: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return receiver;
}
