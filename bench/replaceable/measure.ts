import { createCensus } from '../../activities/census.ts';
import type { Replacement } from '../../activities/kubernetes/port.ts';
import { mustComeBack } from '../../activities/replaceable.ts';
import { type Summary, summaryOf } from '../statistics.ts';
import { namespace, type ReplaceableBed } from './bed.ts';

/** One kind of question, and how long its answer took. */
export interface Question {
  what: string;
  /** It is on the way to an act, and has a target. */
  isAct?: true;
  /** Milliseconds. */
  times: Summary;
}

/** Asks each kind of question so often, in turn, so that what else the machine does meets all of them. */
export async function measure({ cluster }: ReplaceableBed, samples: number): Promise<Question[]> {
  const workload = await cluster.getWorkload('Deployment', namespace, 'checkout');
  const [pod] = workload === undefined ? [] : await cluster.listPodsOf(workload);
  if (workload === undefined || pod === undefined) throw new Error('checkout has no pod');
  const census = createCensus(cluster, Date.now);
  // As in a run, whose look at the cluster has read the census a moment before.
  const asked = async (replacement: Replacement) => {
    await census(namespace);
    return timed(() => mustComeBack({ cluster, census }, replacement));
  };
  const template: Replacement = { kind: 'template', workload: workload.ref, change: { kind: 'restart' } };
  const eviction = () => timed(() => cluster.evictPod(pod.ref, { dryRun: true }));
  const kinds: (Omit<Question, 'times'> & { ask: () => Promise<number> })[] = [
    { what: 'the replacement of a pod that is taken', isAct: true, ask: () => asked({ kind: 'pod', pod }) },
    { what: 'a pod of a changed template', isAct: true, ask: () => asked(template) },
    { what: 'for comparison: the dry run of the eviction', ask: eviction },
  ];
  const times = kinds.map((): number[] => []);
  // The first ones open connections and compile.
  for (let sample = -10; sample < samples; sample++) {
    for (const [index, { ask }] of kinds.entries()) {
      const took = await ask();
      if (sample >= 0) times[index]?.push(took);
    }
  }
  return kinds.map(({ ask: _, ...kind }, index) => ({ ...kind, times: summaryOf(times[index] ?? []) }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
