import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { MendflowError } from '../../domain/errors.ts';
import { createApiCluster } from './api-cluster.ts';
import type { Cluster } from './port.ts';
import { type Access, createTransport, type Transport } from './transport.ts';
import { createVitalSigns, type VitalSigns } from './vitals.ts';

export interface ClusterOptions {
  /** Path of a kubeconfig; without it KUBECONFIG, the home folder's, then the pod's own account. */
  kubeconfig?: string;
  /** Context of the kubeconfig; without it the current one. */
  context?: string;
  /** For each call; 5 s. */
  deadlineMs?: number;
  /** For each log read, which goes through a node; 2 s. */
  logDeadlineMs?: number;
}

/** Tokens and certificates are read anew this often: both rotate while we run. */
const credentialsLiveMs = 30_000;
/** Below the API server's own idle limit of 90 s, so that we never write to a connection it is closing. */
const keepAliveMs = 60_000;
const connectionsAtMost = 32;
/** The context that the library makes up, for a server on localhost, when it finds nothing to load. */
const noKubeconfigFound = 'loaded-context';

/**
 * Opens the port to the cluster that the kubeconfig names; no call is made yet. Connections are shared and kept alive.
 * Throws INVALID_CONFIG when there is no kubeconfig, when it cannot be read or lacks the context.
 */
export function connectCluster(options: ClusterOptions = {}): Cluster {
  const vitals = createVitalSigns();
  const { transport, close } = openTransport(options, vitals);
  return createApiCluster(transport, { logDeadlineMs: options.logDeadlineMs ?? 2_000, vitals, close });
}

/** Calls to a cluster over connections of their own; `close` waits for those in flight. */
export interface OpenTransport {
  transport: Transport;
  close(): Promise<void>;
}

/** Opens the API server itself, for what is not the port's; throws as `connectCluster` does. */
export function openTransport(options: ClusterOptions = {}, vitals?: VitalSigns): OpenTransport {
  const kubeConfig = loadKubeConfig(options);
  const server = (kubeConfig.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  let opened: { dispatcher: Dispatcher; tls: string } | undefined;
  let current: { access: Promise<Access>; readAtMs: number } | undefined;

  const readAccess = async (): Promise<Access> => {
    const secured: RequestOptions = {};
    await kubeConfig.applyToHTTPSOptions(secured);
    const tls = JSON.stringify([secured.ca, secured.cert, secured.key].map((part) => part?.toString()));
    if (opened === undefined || opened.tls !== tls) {
      // Calls in flight on the old connections finish first.
      void opened?.dispatcher.close();
      opened = { dispatcher: createDispatcher(kubeConfig, secured), tls };
    }
    const headers = Object.fromEntries(Object.entries(secured.headers ?? {}).map(([key, value]) => [key, `${value}`]));
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
    transport: createTransport(access, options.deadlineMs ?? 5_000, vitals),
    close: async () => opened?.dispatcher.close(),
  };
}

function loadKubeConfig({ kubeconfig, context }: ClusterOptions): KubeConfig {
  const kubeConfig = new KubeConfig();
  try {
    if (kubeconfig === undefined) kubeConfig.loadFromDefault();
    else kubeConfig.loadFromFile(kubeconfig);
  } catch (cause) {
    throw new MendflowError('INVALID_CONFIG', 'the kubeconfig cannot be read', { cause });
  }
  if (kubeConfig.getCurrentContext() === noKubeconfigFound) {
    throw new MendflowError('INVALID_CONFIG', 'there is no kubeconfig: set KUBECONFIG, or run inside the cluster');
  }
  if (context !== undefined) kubeConfig.setCurrentContext(context);
  if (kubeConfig.getCurrentCluster() === null) {
    const known = kubeConfig.getContexts().map(({ name }) => name);
    throw new MendflowError(
      'INVALID_CONFIG',
      `the kubeconfig has no context ${context ?? '(current)'}: ${known.join(', ')}`,
    );
  }
  return kubeConfig;
}

function createDispatcher(kubeConfig: KubeConfig, secured: RequestOptions): Dispatcher {
  const { ca, cert, key, passphrase, rejectUnauthorized, servername } = secured;
  const chosen = kubeConfig.createDispatcherOptions(kubeConfig.getCurrentCluster(), {
    ca,
    cert,
    key,
    passphrase,
    rejectUnauthorized,
    servername,
  });
  const pool = { allowH2: false, connections: connectionsAtMost, keepAliveTimeout: keepAliveMs };
  switch (chosen.type) {
    case 'agent':
      return new Agent({ ...pool, connect: chosen.connect as buildConnector.BuildOptions });
    case 'proxy':
      return new ProxyAgent({ ...pool, uri: chosen.uri, requestTls: chosen.requestTls as buildConnector.BuildOptions });
    case 'none':
      return new Agent(pool);
    case 'socks':
      throw new MendflowError('INVALID_CONFIG', 'the kubeconfig asks for a SOCKS proxy; use an HTTP proxy');
    default:
      return chosen satisfies never;
  }
}
