import { createServer } from 'node:http';
import type { Notification } from '../../activities/contract.ts';
import { freePort } from '../free-port.ts';
import type { DemoReceiver } from '../product.ts';

/** The demo's own receiver of notifications: what would be a chat or a pager. */
export interface Pager {
  receiver: DemoReceiver;
  close(): Promise<void>;
}

/** Listens for signed webhooks and hands each notification on. */
export async function openPager(told: (notification: Notification) => void): Promise<Pager> {
  const port = await freePort();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      response.end();
      told(JSON.parse(body) as Notification);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    receiver: { name: 'oncall', url: `http://127.0.0.1:${port}`, secret: 'secret-of-the-demo' },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
