import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** Where Temporal is. */
export interface TemporalSettings {
  address: string;
  namespace: string;
  apiKey?: string | undefined;
  tls: boolean;
  /** Web UI, for links. */
  uiUrl?: string | undefined;
  /** How this process calls itself in histories. */
  identity: string;
}

/**
 * A client that connects with its first call, so that the api starts, and says what is wrong, while Temporal is down.
 * It gives up after about a second of refused connections, and finds a server that is back within two.
 */
export function openTemporal(settings: TemporalSettings): Client {
  const { address, namespace, apiKey, tls, identity } = settings;
  const connection = Connection.lazy({
    address,
    tls: tls || apiKey !== undefined,
    ...(apiKey === undefined ? {} : { apiKey }),
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 4, initialIntervalMs: () => 100 }))],
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
  });
  return new Client({ connection, namespace, identity });
}
