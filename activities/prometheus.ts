import { request } from 'undici';
import { MendflowError } from '../domain/errors.ts';

/** The one question we ask Prometheus. */
export interface Prometheus {
  /**
   * The values of the samples that the query returns now; none when it returns nothing. Throws INVALID_POLICY for a
   * query it does not understand and PROMETHEUS_UNAVAILABLE for everything else.
   */
  query(promql: string): Promise<number[]>;
}

export interface PrometheusOptions {
  /** Base address, a path in front allowed. */
  url: string;
  /** For each query; 5 s. */
  deadlineMs?: number;
  /** Sent with every query, such as Authorization. */
  headers?: Record<string, string>;
}

interface Answer {
  status?: string;
  error?: string;
  data?: { resultType?: string; result?: unknown };
}

/** Asks a Prometheus-compatible server by its HTTP API. */
export function createPrometheus({ url, deadlineMs = 5_000, headers = {} }: PrometheusOptions): Prometheus {
  const address = `${url.replace(/\/+$/, '')}/api/v1/query`;
  return {
    async query(promql) {
      const { status, answer } = await ask(address, promql, { deadlineMs, headers });
      if (status === 400 || status === 422) {
        throw new MendflowError(
          'INVALID_POLICY',
          `promql ${promql}: ${answer.error ?? 'Prometheus does not understand it'}`,
        );
      }
      if (status !== 200 || answer.status !== 'success') {
        throw new MendflowError('PROMETHEUS_UNAVAILABLE', `Prometheus answered ${status}: ${answer.error ?? ''}`);
      }
      return valuesOf(answer);
    },
  };
}

async function ask(address: string, promql: string, options: { deadlineMs: number; headers: Record<string, string> }) {
  try {
    const response = await request(address, {
      method: 'POST',
      headers: { ...options.headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ query: promql }).toString(),
      signal: AbortSignal.timeout(options.deadlineMs),
    });
    return { status: response.statusCode, answer: (await response.body.json()) as Answer };
  } catch (cause) {
    throw new MendflowError('PROMETHEUS_UNAVAILABLE', `Prometheus: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
    });
  }
}

function valuesOf({ data }: Answer): number[] {
  const isSingle = data?.resultType === 'scalar' || data?.resultType === 'string';
  const samples = isSingle ? [{ value: data?.result }] : ((data?.result ?? []) as { value?: unknown }[]);
  return samples.map(({ value }) => Number((value as [number, string] | undefined)?.[1]));
}
