import { silentNodeIncident } from '../incidents.ts';
import { defineRule } from './rule.ts';

const retryAfterMs = 60_000;

/** No kubelet is there to stop the pod, and what its status says is as old as the silence. */
export const silentNode = defineRule({
  name: 'silentNode',
  statements: ['G24', 'L9'],
  summary:
    'Holds while the node of the target’s pod, or of every pod that the workload misses, does not answer; a person is asked once for each node.',
  reasons: ['nodeSilent'],
  settings: [],
  judge: ({ request: { surroundings, target } }) => {
    const { node, isNodeSilent } = surroundings;
    if (isNodeSilent !== true || target.workload.kind === 'Node') return undefined;
    return {
      kind: 'hold',
      reason: 'nodeSilent',
      retryAfterMs,
      detail: `node ${node} does not answer: what its pods show is old, and an eviction would not end`,
      incident: silentNodeIncident(node ?? ''),
    };
  },
});
