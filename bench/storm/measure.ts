import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { auditedRequests } from '../../sandbox/audit-log.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { type Act, actOf } from '../act-latency/acts.ts';
import type { Bed } from '../bed.ts';
import { preciseNowMs } from '../clock.ts';
import { memoryOf } from '../memory.ts';
import { secondsOf } from '../processes.ts';
import { busyShare, spentNow } from '../quiet.ts';
import { type ListedRun, listRuns, undecidedRuns } from '../runs.ts';
import { productWebhook } from '../webhook.ts';
import type { Batch } from './batches.ts';
import { type GuardRecord, readGuard } from './guard-record.ts';
import { type Delivery, deliverAll } from './sender.ts';

/** Everything that was seen of one storm. Moments are milliseconds since 1970. */
export interface Measured {
  startedMs: number;
  deliveries: Delivery[];
  runs: ListedRun[];
  acts: Act[];
  guard: GuardRecord;
  /** The most that api and worker ever occupied, in MB. */
  peakMegabytes: { api: number; worker: number };
  /** Processor seconds from the first delivery to the last decision, by process. */
  spentSeconds: Record<string, number>;
  /** Shares of all processors, 0 … 1, in the same time: busy at all, and with those processes. */
  busy: { share: number; ours: number };
}

const processes = [
  ...['temporal', 'worker', 'api', 'kube-apiserver', 'etcd', 'kwok', 'kube-controller-manager', 'kube-scheduler'],
] as const;

/** A storm that is not decided by then is taken as it is. */
const limitMs = 1_800_000;
/** Temporal answers only a few listings a second, and the storm shall have the machine. */
const lookEveryMs = 5_000;

/** Lets the storm loose, and waits until every alert is decided. */
export async function measure(bed: Bed, batches: readonly Batch[], progress: Progress): Promise<Measured> {
  const { sandbox, client } = bed;
  const pidOf = (name: string) => sandbox.process(name).pid;
  const before = processes.map((name) => secondsOf(pidOf(name)));
  const agent = new Agent({ keepAliveTimeout: 4_000 });
  const step = progress.begin('Storm');
  const [startedMs, machine] = [preciseNowMs(), spentNow()];
  try {
    let held = 0;
    const deps = { post: productWebhook(bed.product, agent), now: preciseNowMs, pause };
    const onHeld = () => {
      held += 1;
    };
    const delivering = deliverAll(batches, deps, { limitMs, onHeld });
    await untilDecided(bed, startedMs, (left) => {
      step.tell(`${held} of ${batches.length} groups held, ${left} runs undecided`);
      return held === batches.length;
    });
    const deliveries = await delivering;
    const spent = processes.map((name, index) => [name, secondsOf(pidOf(name)) - (before[index] ?? 0)] as const);
    const available = ((preciseNowMs() - startedMs) / 1_000) * availableParallelism();
    const ours = spent.reduce((total, [, seconds]) => total + seconds, 0) / available;
    step.done();
    return {
      ...{ startedMs, deliveries, runs: await listRuns(client), guard: await readGuard(client, sandbox.cluster) },
      acts: auditedRequests(bed.auditLog).flatMap((request) => actOf(request) ?? []),
      peakMegabytes: { api: memoryOf(pidOf('api'), 'VmHWM'), worker: memoryOf(pidOf('worker'), 'VmHWM') },
      spentSeconds: Object.fromEntries(spent),
      busy: { share: busyShare(machine, spentNow()), ours },
    };
  } finally {
    await agent.close();
  }
}

/** Waits until all is delivered and nothing undecided is left, or time is over. */
async function untilDecided({ client }: Bed, startedMs: number, isDelivered: (left: number) => boolean): Promise<void> {
  for (;;) {
    await pause(lookEveryMs);
    // A server that is busy answers late: that is no news.
    const left = await undecidedRuns(client).catch(() => Number.NaN);
    if (isDelivered(left) && left === 0) return;
    if (preciseNowMs() - startedMs > limitMs) return;
  }
}
