import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { forward } from '../../../sandbox/real-node/forward.ts';

/** An echo on the loopback address. */
async function echo() {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a forwarded port', () => {
  it('carries bytes both ways, and cuts every connection when it is closed', async () => {
    const { server, port } = await echo();
    const forwarded = await forward('127.0.0.2', port);
    const socket = connect(port, '127.0.0.2');
    socket.write('ping');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('ping');
    const ended = once(socket, 'close');
    await forwarded.close();
    await ended;
    server.close();
  });

  it('says which address it cannot listen on', async () => {
    await expect(forward('192.0.2.77', 20_001)).rejects.toThrow('192.0.2.77:20001');
  });
});
