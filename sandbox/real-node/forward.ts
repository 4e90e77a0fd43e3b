import { connect, createServer, type Server, type Socket } from 'node:net';
import { SandboxError } from '../sandbox-error.ts';

/** A port that others reach and that leads to a port of the loopback address. */
export interface Forward {
  close(): Promise<void>;
}

/** Listens on the address and joins each connection with the port of 127.0.0.1; rejects where it cannot listen. */
export async function forward(address: string, port: number): Promise<Forward> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      keep(socket);
      socket.once('error', () => other.destroy());
      socket.once('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new SandboxError(`${address}:${port}: ${error.message}`)));
    server.listen(port, address, resolve);
  });
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
