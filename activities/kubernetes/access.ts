import type { Agent, Dispatcher } from 'undici';
import { type Access, createTransport, type Transport } from './transport.ts';
import type { VitalSigns } from './vitals.ts';

export interface ClusterOptions {
  /** Path of a kubeconfig; without it KUBECONFIG, the home folder's, then the pod's own account. */
  kubeconfig?: string | undefined;
  /** Context of the kubeconfig; without it the current one. */
  context?: string | undefined;
  /** For each call; 5 s. */
  deadlineMs?: number;
  /** For each log read, which goes through a node; 2 s. */
  logDeadlineMs?: number;
  /** 32; each watch holds one. */
  connectionsAtMost?: number;
}

/** What lets us in, as it is at this moment. */
export interface Credentials {
  server: string;
  headers: Record<string, string>;
  /** Another text: new connections are needed. */
  tls: string;
  connect(): Dispatcher;
}

/** Calls to a cluster over connections of their own; `close` waits for those in flight. */
export interface OpenTransport {
  transport: Transport;
  close(): Promise<void>;
}

/** Tokens and certificates are read anew this often: both rotate while we run. */
const credentialsLiveMs = 30_000;
/** Below the API server's own idle limit of 90 s, so that we never write to a connection it is closing. */
const keepAliveMs = 60_000;

/** How connections are kept. */
export const poolOf = ({ connectionsAtMost = 32 }: ClusterOptions): Agent.Options => ({
  allowH2: false,
  connections: connectionsAtMost,
  keepAliveTimeout: keepAliveMs,
});

/** Calls with what `read` gives, which is asked again now and then; connections are shared as long as they may be. */
export function transportOver(
  read: () => Promise<Credentials>,
  { deadlineMs = 5_000 }: ClusterOptions,
  vitals?: VitalSigns,
): OpenTransport {
  let opened: { dispatcher: Dispatcher; tls: string } | undefined;
  let current: { access: Promise<Access>; readAtMs: number } | undefined;

  const readAccess = async (): Promise<Access> => {
    const { server, headers, tls, connect } = await read();
    if (opened === undefined || opened.tls !== tls) {
      // Calls in flight on the old connections finish first.
      void opened?.dispatcher.close();
      opened = { dispatcher: connect(), tls };
    }
    return { server, dispatcher: opened.dispatcher, headers };
  };
  // Calls side by side share one reading, or each would open connections of its own.
  const access = (): Promise<Access> => {
    if (current === undefined || Date.now() - current.readAtMs >= credentialsLiveMs) {
      const reading = { access: readAccess(), readAtMs: Date.now() };
      current = reading;
      reading.access.catch(() => {
        if (current === reading) current = undefined;
      });
    }
    return current.access;
  };
  return {
    transport: createTransport(access, deadlineMs, vitals),
    close: async () => opened?.dispatcher.close(),
  };
}
