import { resolveBinary } from './binaries/index.ts';
import { type Kubernetes, startKubernetes } from './kubernetes.ts';
import { type Kwok, startKwok } from './kwok.ts';
import { type Measured, type Monitoring, measuredOfKwok, startMonitoring, type Webhook } from './monitoring/index.ts';
import type { PartContext } from './part.ts';
import { measuredOfNodes } from './real-node/measured.ts';
import { type RealNodes, startRealNodes } from './real-node/nodes.ts';
import { SandboxError } from './sandbox-error.ts';
import { startTemporal, type Temporal } from './temporal.ts';

/**
 * The servers of each part. Temporal stands alone; nodes, simulated (kwok) or real, need kubernetes; monitoring needs nodes
 * of one kind.
 */
export const partServers = {
  temporal: ['temporal'],
  kubernetes: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  kwok: ['kwok'],
  realNodes: ['kubelet'],
  monitoring: ['prometheus', 'alertmanager'],
} as const;

export type PartName = keyof typeof partServers;

/** The parts that run on every machine, in the order in which they start. */
export const allParts: readonly PartName[] = ['temporal', 'kubernetes', 'kwok', 'monitoring'];

/** Parts that the caller can do without, each with a sentence that says what happens then. */
export type OptionalParts = Partial<Record<PartName, string>>;

/** What to start. */
export interface PartsWanted {
  parts: ReadonlySet<PartName>;
  optional: OptionalParts;
  /** Where Alertmanager delivers. */
  webhook: Webhook;
}

/** What runs, by part. */
export interface Started {
  temporal?: Temporal;
  kubernetes?: Kubernetes;
  kwok?: Kwok;
  realNodes?: RealNodes;
  monitoring?: Monitoring;
}

const titles: Record<PartName, string> = {
  temporal: 'Temporal',
  kubernetes: 'Kubernetes',
  kwok: 'nodes',
  realNodes: 'nodes with a kubelet',
  monitoring: 'Prometheus and Alertmanager',
};

/**
 * The result of the work for a part. Where it fails and the part is optional: undefined, after saying what is missing,
 * why, and what happens without it. Rejects where the part is needed.
 */
export async function unlessOptional<T>(
  { progress }: Pick<PartContext, 'progress'>,
  part: PartName,
  optional: OptionalParts,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const instead = optional[part];
    if (instead === undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    progress.say(`Going on without ${titles[part]}: ${instead}\nWhy: ${why}`);
    return undefined;
  }
}

/** Shows the work as one step of the progress; where it fails, the part's processes are ended. */
async function shown<T>({ progress, supervisor }: PartContext, part: PartName, work: () => Promise<T>): Promise<T> {
  const step = progress.begin(titles[part]);
  try {
    const result = await work();
    step.done();
    return result;
  } catch (error) {
    step.failed('failed');
    for (const server of partServers[part]) await supervisor.end(server);
    throw error;
  }
}

/** Starts the nodes of the kind asked for; resolves with what Prometheus can measure of them, undefined without nodes. */
async function startNodes(
  context: PartContext,
  parts: ReadonlySet<PartName>,
  kubernetes: Kubernetes,
  into: Started,
): Promise<Measured | undefined> {
  if (parts.has('realNodes')) {
    into.realNodes = await shown(context, 'realNodes', () => startRealNodes(context, kubernetes));
    return measuredOfNodes(into.realNodes);
  }
  if (!parts.has('kwok')) return undefined;
  into.kwok = await shown(context, 'kwok', () => startKwok(context, kubernetes));
  return measuredOfKwok(into.kwok);
}

async function startCluster(context: PartContext, { parts, optional, webhook }: PartsWanted, into: Started) {
  const kubernetes = await shown(context, 'kubernetes', () => startKubernetes(context));
  into.kubernetes = kubernetes;
  const measured = await startNodes(context, parts, kubernetes, into);
  if (!measured || !parts.has('monitoring')) return;
  const start = () => shown(context, 'monitoring', () => startMonitoring(context, measured, webhook));
  const monitoring = await unlessOptional(context, 'monitoring', optional, start);
  if (monitoring) into.monitoring = monitoring;
}

/** A part without the one it needs is a mistake of the caller. */
function checkParts(parts: ReadonlySet<PartName>): void {
  const needs: [PartName, ...PartName[]][] = [
    ['kwok', 'kubernetes'],
    ['realNodes', 'kubernetes'],
    ['monitoring', 'kwok', 'realNodes'],
  ];
  for (const [part, ...needed] of needs) {
    if (!parts.has(part) || needed.some((name) => parts.has(name))) continue;
    throw new SandboxError(`the part ${part} needs ${needed.join(' or ')}`);
  }
  if (parts.has('kwok') && parts.has('realNodes')) throw new SandboxError('kwok would play the real nodes as well');
}

/** The parts of which every program can be had. */
async function partsToHave(context: PartContext, { parts, optional }: PartsWanted): Promise<Set<PartName>> {
  const found = new Set<PartName>();
  for (const part of parts) {
    const servers: readonly string[] = partServers[part];
    const get = async () => {
      for (const server of servers) await resolveBinary(server, context.progress);
      return part;
    };
    const had = await unlessOptional(context, part, optional, get);
    if (had !== undefined) found.add(had);
  }
  return found;
}

/**
 * Gets every program first, then starts Temporal beside the cluster; rejects with the first failure of a part that is
 * not optional.
 */
export async function startParts(context: PartContext, wanted: PartsWanted): Promise<Started> {
  checkParts(wanted.parts);
  const parts = await partsToHave(context, wanted);
  const started: Started = {};
  const temporal = async () => {
    started.temporal = await shown(context, 'temporal', () => startTemporal(context));
  };
  const outcomes = await Promise.allSettled([
    ...(parts.has('temporal') ? [temporal()] : []),
    ...(parts.has('kubernetes') ? [startCluster(context, { ...wanted, parts }, started)] : []),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return started;
  // Their servers run in this process, which would not end while they listen.
  await started.realNodes?.close();
  throw failed.reason;
}
