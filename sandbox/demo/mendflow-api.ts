import type { RemediationReport } from '../../domain/run/outcome.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { SandboxError } from '../sandbox-error.ts';

/** A run as the API shows it. */
export interface ShownRun {
  id: string;
  runId: string;
  status: string;
  startedAt: string;
  alertname?: string;
  live?: RunStatus;
  report?: RemediationReport;
  webUi?: string;
}

/** Mendflow's API with a person's token. */
export interface MendflowApi {
  /** Runs of the namespace or under the policy, as visibility knows them; a new one shows up within a second. */
  runs(filter: { namespace: string } | { policy: string }): Promise<ShownRun[]>;
  show(id: string): Promise<ShownRun>;
  /** Tells a run something; rejects with the API's words when it is too late. */
  send(id: string, verb: 'approve' | 'reject' | 'acknowledge' | 'take-over', body: object): Promise<string>;
}

/** Opens the API; every call rejects with what the problem document says. */
export function openMendflowApi({ url, personToken }: { url: string; personToken: string }): MendflowApi {
  const call = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}/v1/remediations${path}`, {
      headers: { authorization: `Bearer ${personToken}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const parsed = (await answer.json()) as T & { title?: string; detail?: string };
    if (answer.ok) return parsed;
    throw new SandboxError(`${path || '/'}: ${answer.status} ${parsed.title}: ${parsed.detail}`);
  };
  const pathOf = (id: string) => `/${encodeURIComponent(id)}`;
  return {
    runs: async (filter) => (await call<{ runs: ShownRun[] }>(`?${new URLSearchParams(filter)}`)).runs,
    show: (id) => call<ShownRun>(pathOf(id)),
    send: async (id, verb, body) => (await call<{ answer: string }>(`${pathOf(id)}/${verb}`, body)).answer,
  };
}
