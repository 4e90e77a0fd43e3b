import { restartsOf } from '../pod.ts';
import type { PodFault } from './fault-class.ts';

/** The pod runs but is not Ready: a readiness probe fails, or its node does not answer. A pod still starting is not meant. */
export const notReady: PodFault = {
  about: 'pod',
  name: 'NotReady',
  showsAs: 'The pod is Running but its condition Ready is not True: a readiness probe fails, or its node is silent.',
  advice: 'A fresh pod helps when the fault is in this pod or its node; a dependency that is down needs a person.',
  helps: ['clearCache', 'evictPod', 'rolloutRestart', 'scale', 'rollback'],
  never: ['cordonNode', 'uncordonNode'],
  toleranceMs: 60_000,
  impliedBy: ['CrashLoopBackOff'],
  shows: ({ pod, restartsAtLeast }) => {
    if (pod.phase !== 'Running' || pod.isReady || restartsOf(pod) < restartsAtLeast) return undefined;
    const unready = pod.containers.filter((container) => !container.isInit && !container.isReady);
    const names = unready.map((container) => container.name).join(', ');
    return `pod is Running but not Ready${names === '' ? '' : ` (${names})`}`;
  },
};
