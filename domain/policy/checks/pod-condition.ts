import { z } from 'zod';
import { faultShown } from '../../faults/index.ts';
import { podConditionReasons } from '../../faults/pod-fault.ts';
import { podInWords } from '../../target/pod-words.ts';
import { formatDuration } from '../../text/duration.ts';
import { duration } from '../duration-field.ts';
import { defineStatusCheck, fails, holds } from './check-kind.ts';

/** Classes of which the status says since when. */
const lasting: readonly string[] = ['NotReady', 'Pending'];

/** A failure class that the live pod shows; domain/faults knows how each one looks. */
export const podCondition = defineStatusCheck({
  name: 'podCondition',
  summary: 'The live pod shows this condition.',
  about: 'pod',
  params: z.strictObject({
    reason: z
      .enum(podConditionReasons)
      .describe('The failure class that the pod must show (docs/reference/faults.md).'),
    restartsAtLeast: z.int().min(0).default(0).describe('Restarts of that container since its pod exists, at least.'),
    within: duration({ min: '10s', max: '24h' }).optional().describe('How recent the last termination must be.'),
    for: duration({ min: '1s', max: '24h' })
      .optional()
      .describe(
        'NotReady and Pending only: how long it must have lasted. Left out: 1m for NotReady, 2m for Pending. A container that was never ready since it started gets five times as long.',
      ),
  }),
  faults: ({ reason, for: forMs }) =>
    forMs === undefined || lasting.includes(reason)
      ? []
      : [
          {
            field: 'for',
            message: `the status does not say how long ${reason} has lasted; for is allowed with ${lasting.join(' and ')} only`,
            fix: 'Remove for, or use within instead.',
          },
        ],
  words({ reason, restartsAtLeast, within, for: forMs }) {
    const restarts = restartsAtLeast > 0 ? ` with at least ${restartsAtLeast} restarts` : '';
    const lasted = forMs === undefined ? '' : ` for ${formatDuration(forMs)}`;
    return `${reason}${lasted}${restarts}${within === undefined ? '' : ` within ${formatDuration(within)}`}`;
  },
  judge(condition, pod, nowMs) {
    const shown = faultShown(pod, condition, nowMs);
    return shown === undefined
      ? fails(podInWords(pod).join('; ').slice(0, 400))
      : holds(`${condition.reason}: ${shown}`);
  },
});
