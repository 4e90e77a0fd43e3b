import { createHmac } from 'node:crypto';
import type { Notification } from '../../../activities/contract.ts';
import { openReceiver as open } from '../../../sandbox/receiver.ts';

/** Somebody who is told: keeps what came with a good signature, answers 401 to the rest. */
export interface SignedReceiver {
  /** As the configuration file declares it. */
  declaration: { name: string; type: 'webhook'; url: string; secret: string; allowPrivateNetwork: boolean };
  notifications: Notification[];
  refused: number;
  /** From now on it refuses connections, until it is back at the same address. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const secret = 'secret-of-the-receiver';

function isSigned(header: unknown, body: string): boolean {
  const [, seconds = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(header)) ?? [];
  return signature === createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/** Listens on a free port of the loopback address. */
export async function openReceiver(name: string): Promise<SignedReceiver> {
  const listen = (port?: number) =>
    open(({ headers, body }) => {
      const isGood = isSigned(headers['mendflow-signature'], body);
      if (isGood) receiver.notifications.push(JSON.parse(body) as Notification);
      else receiver.refused += 1;
      return { status: isGood ? 204 : 401 };
    }, port);
  let listening: Awaited<ReturnType<typeof open>> | undefined = await listen();
  const { url } = listening;
  const leave = async () => {
    await listening?.close();
    listening = undefined;
  };
  const receiver: SignedReceiver = {
    declaration: { name, type: 'webhook', url, secret, allowPrivateNetwork: true },
    ...{ notifications: [], refused: 0, goAway: leave, close: leave },
    async comeBack() {
      listening ??= await listen(Number(new URL(url).port));
    },
  };
  return receiver;
}
