import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { writeKubeconfig } from '../../../sandbox/credentials.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';

/** A request that stands at the gate. */
export interface Held {
  /** Resolves when it has come. */
  came: Promise<void>;
  /** Lets it through to the API server. */
  release(): void;
}

/** Stands between the worker and the API server, and lets everything through but what a test keeps back. */
export interface ApiGate {
  /** Leads the worker through the gate. */
  kubeconfig: string;
  /** Keeps the nth request (from 1) with this line, `GET /api/v1/…` without its query, until it is released. */
  hold(line: string, nth: number): Held;
  /** Answers every request whose line begins so with the status instead of asking the server, until it is called off. */
  refuse(beginning: string, status: number): () => void;
  /** Lets the next request that is meant (`PATCH /api/v1/…?…`) happen, and cuts the connection instead of answering it. */
  loseAnswer(isMeant: (line: string) => boolean): void;
  close(): Promise<void>;
}

interface Rule {
  line: string;
  comesAfter: number;
  came(): void;
  released: Promise<void>;
}

/** Opens the gate on a free port of the loopback address, for the sandbox's worker. */
export async function openApiGate(sandbox: Sandbox): Promise<ApiGate> {
  const { server: target, caFile } = sandbox.kubernetes;
  const agent = new Agent({ connect: { ca: readFileSync(caFile) }, allowH2: false });
  const rules = new Set<Rule>();
  const refusals = new Map<string, number>();
  let losing: ((line: string) => boolean) | undefined;
  const answer = async (asked: IncomingMessage, response: ServerResponse) => {
    const line = `${asked.method} ${asked.url?.split('?')[0]}`;
    const refusal = [...refusals].find(([beginning]) => line.startsWith(beginning));
    if (refusal !== undefined) return response.writeHead(refusal[1]).end('the gate refuses');
    const body = await buffer(asked);
    for (const rule of rules) if (rule.line === line && rule.comesAfter-- === 0) await heldBy(rule);
    const { host, connection, 'transfer-encoding': chunked, ...headers } = asked.headers;
    const through = await request(`${target}${asked.url}`, {
      ...{ dispatcher: agent, method: asked.method as 'GET', headers: headers as Record<string, string> },
      ...(body.length > 0 && { body }),
    });
    if (losing?.(`${asked.method} ${asked.url}`)) {
      losing = undefined;
      await buffer(through.body);
      return response.destroy();
    }
    response.writeHead(through.statusCode, through.headers as Record<string, string>);
    return through.body.pipe(response);
  };
  // It passes for the API server itself, by that one's own certificate.
  const tls = { cert: readFileSync(caFile), key: readFileSync(join(dirname(caFile), 'apiserver.key')) };
  const server = createServer(tls, (asked, response) => {
    // Whoever closes the gate leaves requests behind that nobody waits for any more.
    answer(asked, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    kubeconfig: kubeconfigThrough(sandbox, url),
    hold(line, nth) {
      const came = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      const rule: Rule = { line, comesAfter: nth - 1, came: came.resolve, released: released.promise };
      rules.add(rule);
      return { came: came.promise, release: released.resolve };
    },
    refuse(beginning, status) {
      refusals.set(beginning, status);
      return () => refusals.delete(beginning);
    },
    loseAnswer(isMeant) {
      losing = isMeant;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await agent.destroy();
    },
  };
}

async function heldBy({ came, released }: Rule): Promise<void> {
  came();
  await released;
}

/** The worker's own account, at another address. */
function kubeconfigThrough({ kubernetes, cluster, dataFolder }: Sandbox, server: string): string {
  const text = readFileSync(kubernetes.kubeconfig('worker'), 'utf8');
  const { users } = parse(text) as { users: { name: string; user: { token: string } }[] };
  const { name = '', user } = users[0] ?? {};
  const access = { cluster, server, caFile: kubernetes.caFile, user: name, token: user?.token ?? '' };
  return writeKubeconfig(join(dataFolder, 'gate.kubeconfig'), access);
}
