import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { auditedRequests } from '../../sandbox/audit-log.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type Act, actOf } from '../act-latency/acts.ts';
import type { Bed, Told } from '../bed.ts';
import { preciseNowMs } from '../clock.ts';
import { areReady, createWorkloads, listPods, replicas, writeStatus } from './cluster.ts';
import { namespaces } from './contenders.ts';
import { createKubelet, type Kubelet, type Life } from './kubelet.ts';
import { openSenders } from './senders.ts';

/** What was seen from the moment on at which the pods became hopeless; real Unix ms, and milliseconds of fast time. */
export interface Measured {
  beganMs: number;
  lives: readonly Life[];
  acts: Act[];
  told: readonly Told[];
  /** Webhooks that were not answered 2xx, by namespace. */
  failed: Record<string, number>;
}

const lookEveryMs = 50;
const readyWithinMs = 60_000;

/** Lets so many hours of fast time pass for every contender, side by side. */
export async function measure(
  bed: Bed,
  { scale, hours, progress }: { scale: number; hours: number; progress: Progress },
): Promise<Measured> {
  const agent = new Agent({ keepAliveTimeout: 4_000 });
  const kubelet = createKubelet(replicas);
  try {
    const senders = await openSenders(bed, agent);
    await createWorkloads(bed.admin, namespaces);
    await untilReady(bed, kubelet);
    const beganMs = preciseNowMs();
    const fastNow = () => (preciseNowMs() - beganMs) * scale;
    for (const namespace of namespaces) kubelet.breakOne(namespace, 0);
    const step = progress.begin(`${hours} h at ${scale} times the speed`);
    while (fastNow() < hours * 3_600_000) {
      await look(bed, kubelet, fastNow());
      for (const sender of senders) sender.step(fastNow(), waitingIn(kubelet, sender.namespace));
      step.tell(`${Math.floor(fastNow() / 60_000)} min`);
      await pause(lookEveryMs);
    }
    step.done();
    const acts = auditedRequests(bed.auditLog).flatMap((request) => actOf(request) ?? []);
    const failed = Object.fromEntries(senders.map(({ namespace, failures }) => [namespace, failures()]));
    return { beganMs, lives: kubelet.lives, acts, told: bed.told, failed };
  } finally {
    await agent.close();
  }
}

/** One look at the pods, and what the kubelet writes about them. */
async function look({ admin }: Bed, kubelet: Kubelet, nowMs: number): Promise<void> {
  const writes = kubelet.step(await listPods(admin), nowMs);
  await Promise.all(writes.map((write) => writeStatus(admin, write)));
}

async function untilReady(bed: Bed, kubelet: Kubelet): Promise<void> {
  const untilMs = preciseNowMs() + readyWithinMs;
  while (!(await areReady(bed.admin, namespaces))) {
    await look(bed, kubelet, 0);
    if (preciseNowMs() > untilMs) throw new SandboxError('the workloads do not become ready');
    await pause(lookEveryMs);
  }
}

/** Pods that wait in CrashLoopBackOff now. */
function waitingIn({ lives }: Kubelet, namespace: string): string[] {
  const own = lives.filter(({ pod, endedMs }) => pod.namespace === namespace && endedMs === undefined);
  return own.filter(({ restartsMs }) => restartsMs.length > 0).map(({ pod }) => pod.name);
}
