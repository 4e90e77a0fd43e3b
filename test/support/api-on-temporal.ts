import { Client, Connection } from '@temporalio/client';
import { type TemporalPorts, temporalPorts } from '../../api/temporal/index.ts';
import { fingerprintOf } from '../../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { anAlertItem, anApp, asAda, asAlertmanager, aWebhook, intakeToken, personToken } from './api.ts';
import { testKeys } from './permitted.ts';

/** An answer of the api, its body read. */
interface Answer {
  status: number;
  retryAfter: string | null;
  body: never;
}

/** An api that listens before a real Temporal, and a client of that Temporal to look behind it. */
export interface ApiOnTemporal {
  sandbox: Sandbox;
  ports: TemporalPorts;
  temporal: Client;
  url: string;
  /** Gives up after 8 s, the longest that a delivery may take. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  deliver(alerts: unknown[]): Promise<Answer>;
  /** How many runs of the workflow id visibility knows. */
  runsOf(id: string): Promise<number>;
  /** Names of the signals in the history of its latest run. */
  signalsOf(id: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts both; `stop` ends them. */
export async function startApiOnTemporal(): Promise<ApiOnTemporal> {
  const sandbox = await startSandbox({ parts: ['temporal'] });
  const { address, uiUrl } = sandbox.temporal;
  const ports = temporalPorts(
    { address, namespace: 'default', tls: false, uiUrl, identity: 'api-test' },
    { cluster: 'default', keys: testKeys, installation: { name: 'default', keys: [] }, now: Date.now },
  );
  const clusters = ['default', 'arn:aws:eks:eu-west-1:1234:cluster/prod'];
  const app = await anApp({
    ...{ ...ports, now: Date.now },
    tokens: {
      intake: [{ name: 'alertmanager', token: intakeToken, clusters }],
      people: [{ name: 'ada', token: personToken }],
      allowAnonymous: false,
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection });

  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(8_000) });
    const body = (await response.json()) as never;
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
  };
  const post: ApiOnTemporal['post'] = (path, body, headers = asAlertmanager) =>
    ask(path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  return {
    ...{ sandbox, ports, temporal, url, post },
    get: (path) => ask(path, { headers: asAda }),
    deliver: (alerts) => post('/v1/alerts', aWebhook(alerts)),
    runsOf: async (id) => (await temporal.workflow.count(`WorkflowId = '${id}'`)).count,
    async signalsOf(id) {
      const { events } = await temporal.workflow.getHandle(id).fetchHistory();
      return (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
    },
    async stop() {
      await app.close();
      await ports.close();
      await connection.close();
      await sandbox.stop();
    },
  };
}

let last = 0;

/** An alert of its own: a fresh label, so a fresh fingerprint and workflow id. */
export function freshAlert(given: Record<string, string> = {}) {
  last += 1;
  const item = anAlertItem({ labels: { fresh: `${last}`, ...given } });
  const { alertname } = item.labels;
  const id = remediationWorkflowId({ cluster: 'default', alertname, fingerprint: fingerprintOf(item.labels) });
  return { item, id, path: `/v1/remediations/${encodeURIComponent(id)}` };
}
