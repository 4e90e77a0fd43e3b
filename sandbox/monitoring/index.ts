import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveBinary } from '../binaries/index.ts';
import { wantedPort } from '../free-port.ts';
import type { Kwok } from '../kwok.ts';
import type { PartContext } from '../part.ts';
import { render } from '../render.ts';

/** Prometheus, which measures the simulated pods, and Alertmanager, which tells Mendflow. */
export interface Monitoring {
  /** `alertsUrl`: where a person sees its alerts. One that Go built has no web pages; there it is its API. */
  prometheus: { url: string; alertsUrl: string };
  alertmanager: { url: string };
}

/** Where alerts are delivered. */
export interface Webhook {
  /** Default `http://127.0.0.1:8080/webhook`, where the api listens by default. */
  url: string;
  /** Sent as a bearer token. */
  token: string;
}

/** What Prometheus measures, and the rules by which it alerts. */
export interface Measured {
  /** Configuration of Prometheus, in `monitoring/`. */
  template: string;
  /** File of alerting rules. */
  rules: string;
  /** Filled into the configuration, beside cluster, rules and Alertmanager. */
  values: Readonly<Record<string, string>>;
}

const templates = import.meta.dirname;

/** The simulated pods, by rules that are as fast as a demo. */
export const measuredOfKwok = ({ url }: Kwok): Measured => ({
  ...{ template: 'prometheus.yml', rules: join(templates, 'alerts.yml') },
  values: { KWOK: url },
});

async function startAlertmanager(context: PartContext, folder: string, webhook: Webhook): Promise<string> {
  const port = await wantedPort('Alertmanager', context.ports.alertmanager);
  const url = `http://127.0.0.1:${port}`;
  const tokenFile = join(folder, 'webhook.token');
  writeFileSync(tokenFile, webhook.token, { mode: 0o600 });
  const config = render(join(templates, 'alertmanager.yml'), join(folder, 'alertmanager.yml'), {
    WEBHOOK_URL: webhook.url,
    TOKEN_FILE: tokenFile,
  });
  await context.supervisor.start({
    name: 'alertmanager',
    command: await resolveBinary('alertmanager', context.progress),
    args: [
      ...[`--config.file=${config}`, `--storage.path=${join(folder, 'alertmanager')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=warn'],
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  return url;
}

async function startPrometheus(
  context: PartContext,
  folder: string,
  { measured, alertmanager }: { measured: Measured; alertmanager: string },
): Promise<Monitoring['prometheus']> {
  const port = await wantedPort('Prometheus', context.ports.prometheus);
  const url = `http://127.0.0.1:${port}`;
  const config = render(join(templates, measured.template), join(folder, 'prometheus.yml'), {
    CLUSTER: context.cluster,
    RULES: measured.rules,
    ALERTMANAGER: new URL(alertmanager).host,
    ...measured.values,
  });
  await context.supervisor.start({
    name: 'prometheus',
    command: await resolveBinary('prometheus', context.progress),
    args: [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--storage.tsdb.retention.time=6h', '--log.level=warn'],
    ],
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  const hasPages = (await fetch(`${url}/alerts`)).ok;
  return { url, alertsUrl: `${url}${hasPages ? '' : '/api/v1'}/alerts` };
}

/** Starts Alertmanager, then Prometheus; resolves when both answer. */
export async function startMonitoring(context: PartContext, measured: Measured, webhook: Webhook): Promise<Monitoring> {
  const folder = join(context.dataFolder, 'monitoring');
  mkdirSync(folder, { recursive: true });
  const alertmanager = await startAlertmanager(context, folder, webhook);
  const prometheus = await startPrometheus(context, folder, { measured, alertmanager });
  return { prometheus, alertmanager: { url: alertmanager } };
}
