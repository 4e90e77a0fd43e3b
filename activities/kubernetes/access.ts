import type { Agent, Dispatcher } from 'undici';
import { type Access, type AccessSource, createTransport, type Transport } from './transport.ts';
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

/** A server that takes no credentials of ours must not make us read them, or run a command for them, for each call. */
const renewedAtMostEveryMs = 5_000;

/**
 * Calls with what `read` gives, which is asked again now and then, and at once where the API server does not take it:
 * then `anew`, so that nothing kept from the last reading is used. Connections are shared as long as they may be.
 */
export function transportOver(
  read: (how: { anew: boolean }) => Promise<Credentials>,
  { deadlineMs = 5_000 }: ClusterOptions,
  vitals?: VitalSigns,
): OpenTransport {
  let opened: { dispatcher: Dispatcher; tls: string } | undefined;
  let current: { access: Promise<Access>; readAtMs: number } | undefined;
  let renewedAtMs = Number.NEGATIVE_INFINITY;

  const readAccess = async (anew: boolean): Promise<Access> => {
    const { server, headers, tls, connect } = await read({ anew });
    if (opened === undefined || opened.tls !== tls) {
      // Calls in flight on the old connections finish first.
      void opened?.dispatcher.close();
      opened = { dispatcher: connect(), tls };
    }
    return { server, dispatcher: opened.dispatcher, headers };
  };
  // Calls side by side share one reading, or each would open connections of its own.
  const reading = (anew: boolean): Promise<Access> => {
    const begun = { access: readAccess(anew), readAtMs: Date.now() };
    current = begun;
    begun.access.catch(() => {
      if (current === begun) current = undefined;
    });
    return begun.access;
  };
  const access: AccessSource = async (refused) => {
    const known = current;
    if (known === undefined) return reading(false);
    if (refused === undefined) return Date.now() - known.readAtMs >= credentialsLiveMs ? reading(false) : known.access;
    const isSame = (await known.access) === refused;
    // Another call that was refused beside this one may have had them read again meanwhile.
    if (!isSame || current !== known) return access();
    if (performance.now() - renewedAtMs < renewedAtMostEveryMs) return refused;
    renewedAtMs = performance.now();
    return reading(true);
  };
  return {
    transport: createTransport(access, deadlineMs, vitals),
    close: async () => opened?.dispatcher.close(),
  };
}
