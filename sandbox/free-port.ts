import { createServer } from 'node:net';
import { SandboxError } from './sandbox-error.ts';

/** Below the range from which kernels take the ports of outgoing connections. */
const lowest = 20_000;
const span = 12_000;
const taken = new Set<number>();

/** Whether a TCP port of the loopback address can be listened on now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port of the loopback address that is free and was not given to anybody else in this process. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = lowest + Math.floor(Math.random() * span);
    if (taken.has(port)) continue;
    taken.add(port);
    if (await isFree(port)) return port;
  }
  throw new SandboxError(`no free port between ${lowest} and ${lowest + span}`);
}

/** The wanted port; says which one is taken and how to choose another when it is not free. */
export async function wantedPort(name: string, port: number | undefined): Promise<number> {
  if (port === undefined) return freePort();
  if (await isFree(port)) return port;
  throw new SandboxError(`port ${port} for ${name} is taken; stop what listens there or choose another port`);
}
