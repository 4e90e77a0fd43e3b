import { z } from 'zod';
import { defineStatusCheck } from './check-kind.ts';
import { conditionFields, conditionInWords, judgeCondition } from './condition.ts';

/** The kubelet's own; a node agent may add others. */
const everyNodeHas = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

/** A condition of the node that the target pod is on. */
export const nodeCondition = defineStatusCheck({
  name: 'nodeCondition',
  summary:
    'The node that the pod is on shows this condition. A node that does not answer has Ready "Unknown"; one whose kubelet says that it is not ready has "False"; "NotTrue" holds for both.',
  about: 'node',
  params: z.strictObject({
    type: z
      .string()
      .max(253)
      .regex(
        /^[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?$/,
        'must be a condition type such as Ready or MemoryPressure',
      )
      .describe('Which condition: Ready, MemoryPressure, DiskPressure, PIDPressure, or one that your node agent sets.'),
    ...conditionFields,
  }),
  faults: ({ type }) =>
    everyNodeHas
      .filter((known) => known !== type && known.toLowerCase() === type.toLowerCase())
      .map((known) => {
        return { field: 'type', message: `nodes write it ${known}; did you mean that?`, fix: `Write ${known}.` };
      }),
  words: (wanted) => `its node’s ${conditionInWords(wanted)}`,
  judge: (wanted, node) => judgeCondition(wanted, node.conditions, `node ${node.name}`),
});
