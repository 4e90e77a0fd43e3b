import { MendflowError } from '../../domain/run/errors.ts';
import type { OutgoingMessage, Receiver } from '../notifiers/define-notifier.ts';
import { exchange } from '../notifiers/transport.ts';
import { type Silences, silencesAt } from './silences.ts';

/** An endpoint of the operator's that a policy may have called, by its name only. */
export interface Endpoint extends Pick<Receiver, 'name' | 'url' | 'secret' | 'allowPrivateNetwork'> {
  headers: Record<string, string>;
}

/** What actions reach beside the cluster: only what the operator configured. */
export interface Outside {
  /** Throws NOT_APPLICABLE for an endpoint that is not configured. */
  endpoint(name: string): Endpoint;
  /** Gives the status of the answer. Throws RECEIVER_UNAVAILABLE without one, for 408, 429 and 5xx; never follows. */
  send(endpoint: Endpoint, message: OutgoingMessage): Promise<number>;
  /** Throws NOT_APPLICABLE where no Alertmanager is configured. */
  silences(): Silences;
  /** Whether clearCache may call this path of a pod. */
  mayCall(path: string): boolean;
}

/** The operator's own words, with the secrets read. */
export interface OutsideConfig {
  endpoints: readonly Endpoint[];
  alertmanager: { url?: string | undefined };
  clearCache: { paths: readonly string[] };
}

/** Where nothing is configured, and every action that needs something refuses. */
export const nothingConfigured: OutsideConfig = { endpoints: [], alertmanager: {}, clearCache: { paths: [] } };

/** Opens what is configured; nothing is asked before it is used. */
export function openOutside({ endpoints, alertmanager, clearCache }: OutsideConfig): Outside {
  const missing = (what: string) => new MendflowError('NOT_APPLICABLE', `set ${what} in the configuration`);
  return {
    mayCall: (path) => clearCache.paths.includes(path),
    endpoint(name) {
      const found = endpoints.find((endpoint) => endpoint.name === name);
      if (found === undefined) throw missing(`an endpoint ${name} under actions.endpoints`);
      return found;
    },
    send: async (endpoint, message) => (await exchange(endpoint, message)).status,
    silences() {
      if (alertmanager.url === undefined) throw missing('actions.alertmanager.url');
      return silencesAt(alertmanager.url);
    },
  };
}
