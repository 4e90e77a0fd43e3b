import type { Scene } from './scene.ts';
import { app, changeTemplate, podWhere } from './world.ts';

/** A release asks for more than any node has: no restart is tried, people are told what the scheduler says. */
export const unschedulable: Scene = {
  name: 'unschedulable',
  title: 'A pod that no node can take',
  policy: 'unschedulable',
  broken: 'a new release asks for 64 CPUs a pod, which no node has',
  world: (namespace) => [app(namespace)],
  async breakIt(place) {
    const container = { name: 'app', resources: { requests: { cpu: '64' } } };
    await changeTemplate(place, { spec: { containers: [container] } });
    await podWhere(place, 'finds no node', ({ status }) =>
      (status.conditions ?? []).some(({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable'),
    );
    return { namespace: place.namespace };
  },
  answers: ['acknowledge', 'take-over'],
  mustEnd: { outcome: 'escalated', reason: 'takenOver', because: 'ladderExhausted', steps: [], acts: [] },
};
