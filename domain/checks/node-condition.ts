import { z } from 'zod';
import { defineStatusCheck } from './check-kind.ts';
import { conditionFields, conditionInWords, judgeCondition } from './condition.ts';

/** A condition of the node that the target pod is on. */
export const nodeCondition = defineStatusCheck({
  name: 'nodeCondition',
  summary:
    'The node that the pod is on shows this condition. A node that does not answer has Ready "Unknown", not "False".',
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
  words: (wanted) => `its node’s ${conditionInWords(wanted)}`,
  judge: (wanted, node) => judgeCondition(wanted, node.conditions, `node ${node.name}`),
});
