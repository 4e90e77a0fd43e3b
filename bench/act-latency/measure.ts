import { Agent } from 'undici';
import { auditedRequests } from '../../sandbox/audit-log.ts';
import type { Progress } from '../../sandbox/progress.ts';
import { restUntilQuiet } from '../quiet.ts';
import { type Act, actOf } from './acts.ts';
import { type Bed, namespace } from './bed.ts';
import { deliver, runOf } from './deliver.ts';
import { type SeenRun, settledRun } from './history.ts';
import type { Sample, Sent } from './sample.ts';
import { isWholeAgain, prepare, remove } from './workloads.ts';

/** What one run of the bench has seen; acts come from the audit log. */
export interface Measured {
  sent: Sent[];
  acts: Act[];
  /** Mendflow's runs as they stood at last, by workload. */
  runs: Map<string, SeenRun>;
}

/** Pairs whose workloads exist side by side; more would make the cluster busy with crashing pods. */
const pairsPerRound = 5;
const runLimitMs = 60_000;
/** A machine that has other work for this many rests is measured as it is. */
const restsAtMost = 20;

/** Sends every sample, one after another, each on a system that has done all it had to do for the one before. */
export async function measure(
  bed: Bed,
  all: readonly (readonly Omit<Sample, 'pod'>[])[],
  { progress, idleMs }: { progress: Progress; idleMs: number },
): Promise<Measured> {
  const measured: Measured = { sent: [], acts: [], runs: new Map() };
  const agent = new Agent({ keepAliveTimeout: 4_000 });
  const step = progress.begin('Samples');
  try {
    for (let start = 0; start < all.length; start += pairsPerRound) {
      const samples = await prepare(bed, all.slice(start, start + pairsPerRound).flat());
      for (const sample of samples) {
        const busyBefore = await restUntilQuiet(idleMs, restsAtMost);
        measured.sent.push({ ...(await deliver(bed, sample, agent)), busyBefore });
        await settle(bed, sample, { measured, progress });
        step.tell(`${measured.sent.length} of ${all.length * 2}`);
      }
      await remove(bed, samples);
    }
  } finally {
    await agent.close();
  }
  step.done(String(measured.sent.length));
  const acts = auditedRequests(bed.sandbox.kubernetes.auditLog ?? '').flatMap((request) => actOf(request) ?? []);
  measured.acts = acts.filter((act) => act.namespace === namespace);
  return measured;
}

/** The way to the act is over, but its traces are still being worked on. */
async function settle(
  bed: Bed,
  sample: Sample,
  { measured, progress }: { measured: Measured; progress: Progress },
): Promise<void> {
  if (sample.contender === 'mendflow') {
    const run = await settledRun(bed.client, runOf(bed, sample), runLimitMs).catch((error: unknown) => {
      progress.say(`the run for ${sample.workload} cannot be read: ${String(error)}`);
      return undefined;
    });
    if (run !== undefined) measured.runs.set(sample.workload, run);
  }
  if (!(await isWholeAgain(bed, sample))) progress.say(`${sample.workload} is not whole again after 20 s`);
}
