import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { limitConnections, peerOf } from '../../api/connections.ts';
import { eventually } from '../../sandbox/process.ts';

const server = createServer();
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

function open(port: number, localAddress: string) {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  const state = { isClosed: false };
  socket.on('error', () => {});
  socket.on('close', () => {
    state.isClosed = true;
  });
  sockets.push(socket);
  return new Promise<typeof state>((resolve) => {
    socket.once('connect', () => resolve(state));
    socket.once('close', () => resolve(state));
  });
}

describe('a peer', () => {
  it('has only so many connections, the others keep theirs, and there is room again when one ends', async () => {
    const said: string[] = [];
    limitConnections(server, { maxConnections: 100, maxConnectionsPerPeer: 5 }, (peer) => said.push(peer));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const greedy = await Promise.all(Array.from({ length: 20 }, () => open(port, '127.0.0.2')));
    const open5 = () => greedy.filter(({ isClosed }) => !isClosed).length === 5;
    expect(await eventually(async () => open5(), 2_000)).toBe(true);
    expect(said).toEqual(['127.0.0.2']);
    const other = await open(port, '127.0.0.3');
    sockets.find((socket) => !socket.destroyed && socket.localAddress === '127.0.0.2')?.destroy();
    const isLetIn = async () => {
      const again = await open(port, '127.0.0.2');
      await new Promise(setImmediate);
      return !again.isClosed;
    };
    expect(await eventually(isLetIn, 2_000)).toBe(true);
    expect(other.isClosed).toBe(false);
  });
});

describe('one peer', () => {
  it.each([
    ['an IPv4 address', '10.0.0.7', '10.0.0.7'],
    ['the same within IPv6', '::ffff:10.0.0.7', '10.0.0.7'],
    ['every address of an IPv6 network', '2001:db8:1:2:a:b:c:d', '2001:db8:1:2::/64'],
    ['another of it, written short', '2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['one with a zone', 'fe80::1%eth0', 'fe80::/64'],
    ['a socket that is gone already', '', ''],
  ])('is %s', (_, address, peer) => {
    expect(peerOf(address)).toBe(peer);
  });
});
