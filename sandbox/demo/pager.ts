import type { Notification } from '../../activities/contract.ts';
import type { DemoReceiver } from '../product.ts';
import { openReceiver } from '../receiver.ts';

/** The demo's own receiver of notifications: what would be a chat or a pager. */
export interface Pager {
  receiver: DemoReceiver;
  close(): Promise<void>;
}

/** Listens for signed webhooks and hands each notification on. */
export async function openPager(told: (notification: Notification) => void): Promise<Pager> {
  const { url, close } = await openReceiver(({ body }) => {
    told(JSON.parse(body) as Notification);
    return { status: 200 };
  });
  return { receiver: { name: 'oncall', url, secret: 'secret-of-the-demo' }, close };
}
