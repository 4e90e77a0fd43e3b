import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import {
  type Endpoint,
  nothingConfigured,
  type OutsideConfig,
  openOutside,
} from '../../../activities/outside/outside.ts';

/** One call as the server took it. */
export interface Taken {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A server that does each Idempotency-Key once, and says 409 to a repeat; or answers what it is told to. */
export interface Counterpart {
  host: string;
  port: number;
  taken: Taken[];
  answer?: number;
  stop(): void;
}

/** An address of this machine that the API server takes for a pod’s: not a loopback one. */
export function ownAddress(): string {
  const found = Object.values(networkInterfaces()).flatMap((known) => known ?? []);
  const address = found.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  if (address === undefined) throw new Error('this machine has no address but the loopback one');
  return address;
}

export async function startCounterpart(host = '127.0.0.1'): Promise<Counterpart> {
  const taken: Taken[] = [];
  const server: Server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    const isRepeat = taken.some(
      (call) => call.headers['idempotency-key'] === headers['idempotency-key'] && call.path === url,
    );
    if (counterpart.answer !== undefined) return response.writeHead(counterpart.answer).end();
    if (isRepeat) return response.writeHead(409).end();
    taken.push({ method, path: url, headers, body });
    return response.writeHead(204).end();
  };
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  const counterpart: Counterpart = { host, port, taken, stop: () => void server.close() };
  return counterpart;
}

let config: OutsideConfig = nothingConfigured;

/** What the operator of the test wrote. */
export const configure = (changes: Partial<OutsideConfig>): void => {
  config = { ...config, ...changes };
};

/** Adds an endpoint. */
export const configureEndpoint = (endpoint: Endpoint): void =>
  configure({ endpoints: [...config.endpoints.filter(({ name }) => name !== endpoint.name), endpoint] });

/** What actions reach in the contract suite. */
export const testOutside = () => openOutside(config);
