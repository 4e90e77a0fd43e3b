import type { Server, Socket } from 'node:net';
import { isIPv6 } from 'node:net';

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
function peerOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address.replace(/^::ffff:/, '');
  const [head = '', tail = ''] = address.split('::', 2);
  const [before, after] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = address.includes('::') ? [...(before ?? []), ...Array(missing).fill('0'), ...(after ?? [])] : before;
  return `${groups?.slice(0, 4).join(':')}::/64`;
}
