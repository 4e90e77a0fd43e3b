import type { Outcome } from '../../domain/run/outcome.ts';
import type { Reason } from '../../domain/run/reasons.ts';
import type { Workload } from '../workloads.ts';
import { closed, lifted, paused, type Scene, stormy, withPhase } from './scene.ts';

/** One way that a run can go: how it is brought about, and what it must come to. */
export interface Path {
  name: string;
  namespace: string;
  alertname: string;
  /** Of three pods of each workload. */
  crashing: 0 | 1 | 2 | 3;
  /** History events that it may cost; absent where nothing is promised. */
  most?: number;
  outcome: Outcome;
  reason?: Reason;
  /** The pod that the measured alert names. */
  pod: (workload: Workload) => string | undefined;
  /** Once before the samples; `first` sends an alert like theirs, on a workload of its own, that is not measured. */
  before?: (scene: Scene, first: () => Promise<string>) => Promise<void>;
  /** Before each sample, with the workload in hand. */
  beforeEach?: (scene: Scene, send: (pod: string | undefined) => Promise<string>, workload: Workload) => Promise<void>;
  after?: (scene: Scene) => Promise<void>;
}

const crashingPod = ({ crashing: [pod] }: Workload) => pod;
const otherCrashingPod = ({ crashing: [, pod] }: Workload) => pod;
const healthyPod = ({ healthy: [pod] }: Workload) => pod;

/** Every path that has a price. The storm comes last, because it does not go away. */
export const paths: readonly Path[] = [
  {
    ...{ name: 'full remediation', namespace: 'events-full', alertname: 'Act', crashing: 1, most: 60 },
    ...{ outcome: 'remediated', pod: crashingPod },
  },
  {
    ...{ name: 'refused by verify', namespace: 'events-verify', alertname: 'Act', crashing: 0, most: 16 },
    ...{ outcome: 'recovered', reason: 'workloadHealthy', pod: healthyPod },
  },
  {
    ...{ name: 'refused by the guard', namespace: 'events-guard', alertname: 'Unhealthy', crashing: 3, most: 16 },
    ...{ outcome: 'denied', reason: 'tooManyUnhealthy', pod: otherCrashingPod },
    // Whoever meets the trouble of a workload first asks a person; the others are the refused ones.
    beforeEach: async (scene, send, workload) => withPhase(scene, await send(crashingPod(workload)), 'Escalated'),
  },
  {
    ...{ name: 'observed', namespace: 'events-observe', alertname: 'Observe', crashing: 1 },
    ...{ outcome: 'notActionable', reason: 'observeOnly', pod: crashingPod },
  },
  {
    ...{ name: 'merged into another run', namespace: 'events-merged', alertname: 'Slow', crashing: 2 },
    ...{ outcome: 'merged', reason: 'leasedByAnotherRun', pod: otherCrashingPod },
    beforeEach: async (scene, send, workload) => withPhase(scene, await send(crashingPod(workload)), 'AwaitingHealthy'),
  },
  {
    ...{ name: 'refused while paused', namespace: 'events-paused', alertname: 'Act', crashing: 1, most: 8 },
    ...{ outcome: 'denied', reason: 'paused', pod: crashingPod },
    // The first run after the pause may have to learn of it from the guard.
    before: async (scene, first) => {
      await paused(scene);
      await closed(scene, await first());
    },
    after: lifted,
  },
  {
    ...{ name: 'refused in a storm', namespace: 'events-storm', alertname: 'Act', crashing: 1, most: 8 },
    ...{ outcome: 'denied', reason: 'storm', pod: crashingPod },
    before: async (scene, first) => {
      await stormy(scene);
      await closed(scene, await first());
    },
  },
];
