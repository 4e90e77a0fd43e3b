import { aNodeWithPods, breakFirstNode, recoversWhenEmpty } from './nodes.ts';
import type { Scene } from './scene.ts';

/** To keep new pods away is not enough: a person allows that the node is drained, after which it recovers. */
export const nodePressure: Scene = {
  name: 'node-pressure',
  title: 'A node that runs out of memory',
  policy: 'node-pressure',
  isAboutNodes: true,
  broken: 'a node is short of memory, because of what runs on it',
  world: aNodeWithPods,
  breakIt: (place) => breakFirstNode(place, 'memory-pressure', 'MemoryPressure=True'),
  answers: ['approve'],
  meanwhile: recoversWhenEmpty,
  mustEnd: {
    outcome: 'remediated',
    // The cordon is the first step's: nothing of the second one is left to take back.
    steps: ['cordonNode unhealthy, reverted', 'drainNode kept'],
    acts: ['patch nodes', 'create pods/eviction', 'create pods/eviction', 'patch nodes'],
  },
};
