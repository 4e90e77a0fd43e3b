import { aNodeWithPods, breakFirstNode, comesBackWhenCordoned } from './nodes.ts';
import type { Scene } from './scene.ts';

/** No new pods are put on the node while it is unwell; it is uncordoned when it is well again. */
export const nodeNotReady: Scene = {
  name: 'node-not-ready',
  title: 'A node that does not answer',
  policy: 'node-not-ready',
  isAboutNodes: true,
  broken: 'the kubelet of a node is silent; it comes back later',
  world: aNodeWithPods,
  breakIt: (place) => breakFirstNode(place, 'silent', 'Ready=Unknown'),
  meanwhile: comesBackWhenCordoned,
  mustEnd: { outcome: 'remediated', steps: ['cordonNode kept, reverted'], acts: ['patch nodes', 'patch nodes'] },
};
