import type { Server, Socket } from 'node:net';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const sayAgainMs = 60_000;

/** How many connections a server holds, all together and of one peer; further ones are closed at once. */
export interface ConnectionLimits {
  maxConnections: number;
  /** Behind a proxy all peers are one: then it is as large as `maxConnections`. */
  maxConnectionsPerPeer: number;
}

/** Keeps a server to its limits, so that one peer cannot take every connection. `say` is told of a peer once a minute at most. */
export function limitConnections(
  server: Server,
  { maxConnections, maxConnectionsPerPeer }: ConnectionLimits,
  say: (peer: string) => void = () => {},
): void {
  server.maxConnections = maxConnections;
  const held = new Map<string, number>();
  let saidAtMs = Number.NEGATIVE_INFINITY;
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket.remoteAddress ?? '');
    const count = (held.get(peer) ?? 0) + 1;
    held.set(peer, count);
    socket.once('close', () => {
      const left = (held.get(peer) ?? 1) - 1;
      if (left === 0) held.delete(peer);
      else held.set(peer, left);
    });
    if (count <= maxConnectionsPerPeer) return;
    socket.destroy();
    if (Date.now() - saidAtMs < sayAgainMs) return;
    saidAtMs = Date.now();
    say(peer);
  });
}

/** Whoever has an IPv6 address has the other addresses of its /64 too. */
export function peerOf(address: string): string {
  if (isIP(address) === 0) return address;
  const peer = ipaddr.process(address);
  if (peer.kind() === 'ipv4') return peer.toString();
  return `${ipaddr.fromByteArray(peer.toByteArray().fill(0, 8)).toString()}/64`;
}
