import { request } from 'undici';
import { MendflowError } from '../domain/run/errors.ts';
import { trimmedEnd } from '../domain/text/trimmed.ts';

/** What we ask Prometheus. */
export interface Prometheus {
  /**
   * The values of the samples that the query returns now; none when it returns nothing. With `heldForMs` only of those
   * series that had a sample at every step of that time too. What is no number is no sample. Throws INVALID_POLICY for a
   * query it does not understand and PROMETHEUS_UNAVAILABLE for everything else.
   */
  query(promql: string, options?: { heldForMs?: number }): Promise<number[]>;
  /** A figure for people only: the query’s one value now; undefined for none, for several, or when nobody answers. */
  measure?(promql: string): Promise<number | undefined>;
}

export interface PrometheusOptions {
  /** Base address, a path in front allowed. */
  url: string;
  /** For each request; 5 s. */
  deadlineMs?: number;
  /** Sent with every request, such as Authorization. */
  headers?: Record<string, string>;
}

interface Answer {
  status?: string;
  error?: string;
  data?: { resultType?: string; result?: unknown };
}

/** One series of an answer: its name and what it was, at which time (seconds). */
interface Series {
  metric?: Record<string, string>;
  value?: [atS: number, value: string];
  values?: [atS: number, value: string][];
}

const longestStepMs = 5_000;
const mostSteps = 60;

type Ask = (path: string, parameters: Record<string, string>) => Promise<Series[]>;

/** Asks a Prometheus-compatible server by its HTTP API. */
export function createPrometheus({ url, deadlineMs = 5_000, headers = {} }: PrometheusOptions): Prometheus {
  const base = `${trimmedEnd(url, '/')}/api/v1`;
  const ask: Ask = async (path, parameters) => {
    // Thanos gives what it has, unless it is told that a part of the truth is not enough.
    const body = new URLSearchParams({ ...parameters, partial_response: 'false' }).toString();
    const { status, answer } = await post(`${base}/${path}`, body, { deadlineMs, headers });
    if (status === 400 || status === 422) {
      const why = answer.error ?? 'Prometheus does not understand it';
      throw new MendflowError('INVALID_POLICY', `promql ${parameters.query}: ${why}`);
    }
    if (status !== 200 || answer.status !== 'success') {
      throw new MendflowError('PROMETHEUS_UNAVAILABLE', `Prometheus answered ${status}: ${answer.error ?? ''}`);
    }
    return seriesOf(answer);
  };
  return {
    async query(promql, { heldForMs } = {}) {
      const now = (await ask('query', { query: promql })).filter(({ value }) => isNumber(value));
      const held = heldForMs === undefined ? now : await heldOf(ask, promql, { now, heldForMs });
      return held.map(({ value }) => Number(value?.[1]));
    },
    async measure(promql) {
      try {
        const [only, ...others] = (await ask('query', { query: promql })).filter(({ value }) => isNumber(value));
        return only === undefined || others.length > 0 ? undefined : Number(only.value?.[1]);
      } catch (error) {
        // The decision is taken; a sentence without a figure is still a sentence.
        if (error instanceof MendflowError) return undefined;
        throw error;
      }
    },
  };
}

/** The series that had a sample at every step up to now. "Now" is the server's own time, whatever our clock says. */
async function heldOf(ask: Ask, promql: string, { now, heldForMs }: { now: Series[]; heldForMs: number }) {
  const endS = now[0]?.value?.[0];
  if (endS === undefined) return [];
  const steps = Math.min(mostSteps, Math.ceil(heldForMs / longestStepMs));
  const stepMs = Math.ceil(heldForMs / steps);
  const endMs = Math.round(endS * 1_000);
  const range = {
    start: String((endMs - steps * stepMs) / 1_000),
    end: String(endMs / 1_000),
    step: String(stepMs / 1_000),
  };
  const before = await ask('query_range', { query: promql, ...range });
  const lasting = before.filter(({ values = [] }) => values.filter(isNumber).length > steps).map(nameOf);
  return now.filter((series) => lasting.includes(nameOf(series)));
}

const isNumber = (value: [number, string] | undefined) => value !== undefined && !Number.isNaN(Number(value[1]));

const nameOf = ({ metric = {} }: Series) => JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));

async function post(address: string, body: string, options: { deadlineMs: number; headers: Record<string, string> }) {
  try {
    const response = await request(address, {
      method: 'POST',
      headers: { ...options.headers, 'content-type': 'application/x-www-form-urlencoded' },
      body,
      signal: AbortSignal.timeout(options.deadlineMs),
    });
    return { status: response.statusCode, answer: (await response.body.json()) as Answer };
  } catch (cause) {
    throw new MendflowError('PROMETHEUS_UNAVAILABLE', `Prometheus: ${(cause as Error).message.slice(0, 200)}`, {
      cause,
    });
  }
}

/** A scalar is one series without a name. */
function seriesOf({ data }: Answer): Series[] {
  const isSingle = data?.resultType === 'scalar' || data?.resultType === 'string';
  return isSingle ? [{ value: data?.result as [number, string] }] : ((data?.result ?? []) as Series[]);
}
