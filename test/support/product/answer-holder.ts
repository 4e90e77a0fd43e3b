import { createServer, connect as open, type Socket } from 'node:net';
import { freePort } from '../../../sandbox/free-port.ts';

/** A TCP relay that can keep the server's answers back: what was asked happens, and nobody hears of it. */
export interface AnswerHolder {
  /** `127.0.0.1:<port>`. */
  address: string;
  hold(): void;
  /** Lets answers through again; connections that were held are cut. */
  release(): void;
  close(): Promise<void>;
}

/** Listens on a free port and relays to the server at the address. */
export async function openAnswerHolder(server: string): Promise<AnswerHolder> {
  const [host = '', port = ''] = server.split(':');
  const pairs = new Set<[Socket, Socket]>();
  let isHolding = false;
  const relay = createServer((client) => {
    const upstream = open(Number(port), host);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end);
    client.pipe(upstream);
    upstream.on('data', (chunk) => isHolding || client.write(chunk));
  });
  const cutAll = () => {
    for (const [client] of pairs) client.destroy();
  };
  const own = await freePort();
  await new Promise<void>((resolve) => relay.listen(own, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${own}`,
    hold() {
      isHolding = true;
    },
    release() {
      isHolding = false;
      cutAll();
    },
    async close() {
      cutAll();
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}
