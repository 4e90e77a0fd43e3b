import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { MendflowError } from '../../domain/run/errors.ts';
import { trimmedEnd } from '../../domain/text/trimmed.ts';
import { type ClusterOptions, type Credentials, type OpenTransport, poolOf, transportOver } from './access.ts';
import { createApiCluster } from './api-cluster.ts';
import { kubeconfigsOf, tokenFileOf } from './plain-kubeconfig.ts';
import type { Cluster } from './port.ts';
import { createVitalSigns, type VitalSigns } from './vitals.ts';

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

/** Opens the API server itself, for what is not the port's; throws as `connectCluster` does. */
export function openTransport(options: ClusterOptions = {}, vitals?: VitalSigns): OpenTransport {
  let kubeConfig = loadKubeConfig(options);
  const read = async ({ anew }: { anew: boolean }): Promise<Credentials> => {
    if (anew) kubeConfig = loadedAgain(options) ?? kubeConfig;
    const from = kubeConfig;
    const server = trimmedEnd(from.getCurrentCluster()?.server ?? '', '/');
    const secured: RequestOptions = {};
    await from.applyToHTTPSOptions(secured);
    const tls = JSON.stringify([secured.ca, secured.cert, secured.key].map((part) => part?.toString()));
    const given = Object.fromEntries(Object.entries(secured.headers ?? {}).map(([key, value]) => [key, `${value}`]));
    const headers = { ...given, ...bearerOfFile(from, options) };
    return { server, headers, tls, connect: () => createDispatcher(from, secured, poolOf(options)) };
  };
  return transportOver(read, options, vitals);
}

/** The library leaves out `tokenFile`, which comes before `token`: without it we would be nobody to the API server. */
function bearerOfFile(kubeConfig: KubeConfig, { kubeconfig }: ClusterOptions): Record<string, string> {
  const file = tokenFileOf(kubeconfigsOf(kubeconfig, process.env), kubeConfig.getCurrentUser()?.name ?? '');
  return file === undefined ? {} : { Authorization: `Bearer ${readFileSync(file, 'utf8').trim()}` };
}

/** Undefined where the file cannot be read, such as while somebody writes it: what was read before goes on to be used. */
function loadedAgain(options: ClusterOptions): KubeConfig | undefined {
  try {
    return loadKubeConfig(options);
  } catch {
    return undefined;
  }
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

function createDispatcher(kubeConfig: KubeConfig, secured: RequestOptions, pool: Agent.Options): Dispatcher {
  const { ca, cert, key, passphrase, rejectUnauthorized, servername } = secured;
  const chosen = kubeConfig.createDispatcherOptions(kubeConfig.getCurrentCluster(), {
    ca,
    cert,
    key,
    passphrase,
    rejectUnauthorized,
    servername,
  });
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
