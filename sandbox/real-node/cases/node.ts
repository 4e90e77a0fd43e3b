import { podsOf, until } from '../../demo/scenes/world.ts';
import type { NodeCase } from '../case.ts';

interface Node {
  spec: { unschedulable?: boolean };
  status: { conditions: { type: string; status: string }[] };
}

const silent = 'node-b';

/**
 * The network of a node is gone: its pods of every case turn NotReady, though they run on. The node is what is at fault:
 * no pod is evicted, and people hear of one thing. It is cordoned, and uncordoned when it is back.
 */
export const silentNode: NodeCase = {
  name: 'silent-node',
  fault: 'the network of one of two nodes is gone for two minutes; pods of every case run there',
  policy: 'node-not-ready',
  isAboutNodes: true,
  async breakIt(place) {
    const pods = await podsOf(place);
    if (!pods.some(({ spec }) => spec.nodeName === silent)) throw new Error(`no pod of the case runs on ${silent}`);
    await place.sandbox.realNodes.setLink(silent, 'down');
  },
  async meanwhile({ admin, sandbox }) {
    const look = () => admin.call<Node>('GET', `/api/v1/nodes/${silent}`);
    try {
      await until(`${silent} is cordoned`, async () => (await look()).spec.unschedulable === true, 240_000);
      // Long enough for the alerts about its pods to come as well.
      await new Promise((resolve) => setTimeout(resolve, 90_000));
    } finally {
      await sandbox.realNodes.setLink(silent, 'up');
    }
  },
  expected: { outcome: 'remediated', acts: ['patch nodes', 'patch nodes'], escalationsAtMost: 1 },
};
