import { Agent, request } from 'undici';
import type { WatchedAlert } from './watched-alert.ts';

/** How a delivery went; `putOff`: it will be taken later, `refused`: the set-up is wrong, and so it stays until it is mended. */
export interface Posted {
  result: 'taken' | 'putOff' | 'refused';
  /** In words, where it was not taken whole. */
  detail?: string;
  retryAfterMs?: number;
}

/** Where to deliver. */
export interface IntakeAddress {
  url: string;
  token?: string | undefined;
}

/** The intake over HTTP. */
export interface Intake {
  /** Never rejects. */
  post(alerts: readonly WatchedAlert[]): Promise<Posted>;
  close(): Promise<void>;
}

/** The intake answers within 8 s or with a 503. */
const deadlineMs = 10_000;
/** Alertmanager retries these; everything else of 4xx would be the same the next time. */
const passing = [408, 425, 429];

/** Delivers as an Alertmanager's webhook of version 4 does, over connections of its own. */
export function openIntake({ url, token }: IntakeAddress): Intake {
  const dispatcher = new Agent({ connections: 2, keepAliveTimeout: 60_000 });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'mendflow-watcher',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    async post(alerts) {
      try {
        const {
          statusCode,
          headers: answered,
          body,
        } = await request(`${url}/v1/alerts`, {
          ...{ dispatcher, method: 'POST', headers, signal: AbortSignal.timeout(deadlineMs) },
          body: JSON.stringify(webhookOf(alerts)),
        });
        return judge(statusCode, await body.text(), answered['retry-after']);
      } catch (cause) {
        const { code, message } = cause as NodeJS.ErrnoException;
        return { result: 'putOff', detail: [code, message].filter(Boolean).join(': ').slice(0, 200) };
      }
    },
    close: () => dispatcher.close(),
  };
}

function webhookOf(alerts: readonly WatchedAlert[]) {
  const status = alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  const group = {
    groupKey: '{}:{mendflow_source="watcher"}',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
  };
  return { version: '4', ...group, truncatedAlerts: 0, status, receiver: 'watcher', externalURL: '', alerts };
}

function judge(status: number, text: string, retryAfter: string | string[] | undefined): Posted {
  if (status < 300) {
    const rejected = rejectedIn(text);
    return rejected === 0 ? { result: 'taken' } : { result: 'taken', detail: `${rejected} alerts were rejected` };
  }
  const detail = `${status}: ${text.slice(0, 200)}`;
  if (status >= 300 && status < 500 && !passing.includes(status)) return { result: 'refused', detail };
  const seconds = Number(retryAfter);
  return { result: 'putOff', detail, ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}) };
}

function rejectedIn(text: string): number {
  try {
    return (JSON.parse(text) as { rejectedCount?: number }).rejectedCount ?? 0;
  } catch {
    return 0;
  }
}
