import { aNodeWithPods, breakFirstNode, comesBackWhenCordoned } from './nodes.ts';
import type { Scene } from './scene.ts';

/** No new pods are put on the node while it is unwell; it is uncordoned when it is well again. */
export const nodeDiskFull: Scene = {
  name: 'node-disk-full',
  title: 'A node that runs out of disk',
  policy: 'node-disk-full',
  isAboutNodes: true,
  broken: 'the disk of a node is full; the kubelet will have removed unused images in a moment',
  world: aNodeWithPods,
  breakIt: (place) => breakFirstNode(place, 'disk-pressure', 'DiskPressure=True'),
  meanwhile: comesBackWhenCordoned,
  mustEnd: { outcome: 'remediated', steps: ['cordonNode kept, reverted'], acts: ['patch nodes', 'patch nodes'] },
};
