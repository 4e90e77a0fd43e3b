import { podsOf } from '../../demo/scenes/world.ts';
import { app, breakOnePod } from '../app.ts';
import type { NodeCase } from '../case.ts';

const evicted = { outcome: 'remediated', acts: ['create pods/eviction'] } as const;

/** Prometheus measures the leak at cAdvisor; the pod is evicted before the kernel kills it. */
const leak: NodeCase = {
  name: 'leak',
  fault: 'one pod of three leaks 0.3 MB a second; at 196 of its 256Mi from the start',
  policy: 'memory-leak',
  world: (place) => [app(place, { memory: '256Mi' })],
  breakIt: (place) => breakOnePod(place, 'leak'),
  expected: evicted,
  async look(place) {
    const restarts = (await podsOf(place)).filter(({ status }) =>
      status.containerStatuses?.some((c) => c.restartCount),
    );
    return restarts.map(({ metadata }) => `${metadata.name} was restarted`);
  },
};

/** The kernel kills one pod again and again; a fresh one is well. */
const oomKilled: NodeCase = {
  name: 'oom-killed',
  fault: 'the kernel kills one pod of three for want of memory, at each start',
  policy: 'oom-killed',
  world: (place) => [app(place, { memory: '64Mi' })],
  breakIt: (place) => breakOnePod(place, 'oom'),
  expected: evicted,
};

/** A pod that crashes at once at every start, while its siblings of the same template run well. */
const crash: NodeCase = {
  name: 'crash-one-pod',
  fault: 'one pod of three crashes within a second of each start, its siblings run well',
  policy: 'crash-loop',
  breakIt: (place) => breakOnePod(place, 'crash'),
  expected: evicted,
};

const readiness: NodeCase = {
  name: 'readiness-probe',
  fault: 'one pod of three fails its readiness probe',
  policy: 'readiness',
  breakIt: (place) => breakOnePod(place, 'not-ready'),
  expected: evicted,
};

const liveness: NodeCase = {
  name: 'liveness-probe',
  fault: 'one pod of three fails its liveness probe after each restart',
  policy: 'liveness',
  world: (place) => [app(place, { container: { livenessProbe: aliveProbe } })],
  breakIt: (place) => breakOnePod(place, 'hung'),
  expected: evicted,
};

const aliveProbe = { exec: { command: ['test', '-e', '/tmp/alive'] }, periodSeconds: 2, failureThreshold: 2 };

/** A disruption budget that allows no disruption: the eviction is asked for, refused, and nothing is taken. */
const disruptionBudget: NodeCase = {
  name: 'disruption-budget',
  fault: 'one pod of three fails its readiness probe; the disruption budget allows no eviction',
  policy: 'readiness',
  world: (place) => [app(place), budget(place.namespace)],
  breakIt: (place) => breakOnePod(place, 'not-ready'),
  answers: [{ reject: 'rolloutRestart' }, 'take-over'],
  expected: { outcome: 'escalated', because: 'evictionBlocked', acts: [], escalationsAtMost: 1 },
};

const budget = (namespace: string) => ({
  ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'app', namespace } },
  // AlwaysAllow would let a pod go that is not ready; the default keeps it while the budget is not met.
  spec: { minAvailable: 3, selector: { matchLabels: { app: 'app' } } },
});

/** One pod is at fault, its template is not. */
export const podCases: readonly NodeCase[] = [leak, oomKilled, crash, readiness, liveness, disruptionBudget];
