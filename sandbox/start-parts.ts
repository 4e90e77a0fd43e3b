import { resolveBinary } from './binaries.ts';
import { type Kubernetes, startKubernetes } from './kubernetes.ts';
import { type Kwok, startKwok } from './kwok.ts';
import { type Monitoring, startMonitoring, type Webhook } from './monitoring.ts';
import type { PartContext } from './part.ts';
import { SandboxError } from './sandbox-error.ts';
import { startTemporal, type Temporal } from './temporal.ts';

/** The servers of each part; a part needs the one named before it, temporal stands alone. */
export const partServers = {
  temporal: ['temporal'],
  kubernetes: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  kwok: ['kwok'],
  monitoring: ['prometheus', 'alertmanager'],
} as const;

export type PartName = keyof typeof partServers;

/** What runs, by part. */
export interface Started {
  temporal?: Temporal;
  kubernetes?: Kubernetes;
  kwok?: Kwok;
  monitoring?: Monitoring;
}

/** Shows the work as one step of the progress. */
async function shown<T>({ progress }: PartContext, name: string, work: () => Promise<T>): Promise<T> {
  const step = progress.begin(name);
  try {
    const result = await work();
    step.done();
    return result;
  } catch (error) {
    step.failed('failed');
    throw error;
  }
}

async function startCluster(context: PartContext, parts: ReadonlySet<PartName>, webhook: Webhook, into: Started) {
  const kubernetes = await shown(context, 'Kubernetes', () => startKubernetes(context));
  into.kubernetes = kubernetes;
  if (!parts.has('kwok')) return;
  const kwok = await shown(context, 'nodes', () => startKwok(context, kubernetes));
  into.kwok = kwok;
  if (!parts.has('monitoring')) return;
  into.monitoring = await shown(context, 'Prometheus and Alertmanager', () => startMonitoring(context, kwok, webhook));
}

/** A part without the one it needs is a mistake of the caller. */
function checkParts(parts: ReadonlySet<PartName>): void {
  const needs: [PartName, PartName][] = [
    ['kwok', 'kubernetes'],
    ['monitoring', 'kwok'],
  ];
  for (const [part, needed] of needs) {
    if (parts.has(part) && !parts.has(needed)) throw new SandboxError(`the part ${part} needs ${needed}`);
  }
}

/** Gets every program first, then starts Temporal beside the cluster; rejects with the first failure. */
export async function startParts(
  context: PartContext,
  parts: ReadonlySet<PartName>,
  webhook: Webhook,
): Promise<Started> {
  checkParts(parts);
  for (const part of parts) {
    for (const server of partServers[part]) await resolveBinary(server, context.progress);
  }
  const started: Started = {};
  const temporal = async () => {
    started.temporal = await shown(context, 'Temporal', () => startTemporal(context));
  };
  const outcomes = await Promise.allSettled([
    ...(parts.has('temporal') ? [temporal()] : []),
    ...(parts.has('kubernetes') ? [startCluster(context, parts, webhook, started)] : []),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return started;
}
