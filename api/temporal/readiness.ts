import type { Client } from '@temporalio/client';
import { hubWorkers, type Installation, otherInstallation } from '../../config/installation.ts';
import { searchAttributes } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { shortRetention } from '../../domain/run/retention.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { call } from '../../temporal/call.ts';
import { createRetention } from '../../temporal/retention.ts';
import type { ReadinessCheck } from '../ports.ts';

const deadlineMs = 2_000;

/** What a delivery needs of Temporal: that it answers for our namespace, and that it knows our search attributes. */
export function temporalReadiness(client: Client, installation: Installation): readonly ReadinessCheck[] {
  const { namespace } = client.options;
  const retention = createRetention(client);
  const check = (name: string, look: () => Promise<string | { warning: string }>): ReadinessCheck => ({
    name,
    async run() {
      try {
        const seen = await call(client, deadlineMs, name, look);
        if (typeof seen !== 'string') return { isOk: true, isWarning: true, detail: seen.warning };
        return { isOk: true, detail: seen };
      } catch (error) {
        const code = error instanceof MendflowError ? { code: error.code } : {};
        return { isOk: false, ...code, detail: error instanceof Error ? error.message : String(error) };
      }
    },
  });
  let areRegistered = false;
  return [
    check('temporal', async () => {
      await client.workflowService.describeNamespace({ namespace });
      return `namespace ${namespace} answers`;
    }),
    check('installation', async () => {
      const other = otherInstallation(installation, await hubWorkers(client), namespace);
      if (other?.wasFirst) throw new MendflowError('FOREIGN_NAMESPACE', other.words);
      if (other !== undefined) return { warning: other.words };
      return `namespace ${namespace} is this installation's own`;
    }),
    {
      name: 'retention',
      async run() {
        try {
          const kept = await retention();
          const short = shortRetention(kept);
          if (short !== undefined) return { isOk: true, isWarning: true, detail: short };
          return { isOk: true, detail: `ended runs are kept for ${formatDuration(kept.keptMs)}` };
        } catch (error) {
          // Whether Temporal answers at all is another check's business.
          return { isOk: true, isWarning: true, detail: error instanceof Error ? error.message : String(error) };
        }
      },
    },
    check('search attributes', async () => {
      if (areRegistered) return 'all are registered';
      // Visibility refuses a query over a name that it does not know; unlike the operator's listing, everybody may ask.
      const query = searchAttributes.map((name) => `${name} IS NOT NULL`).join(' AND ');
      await client.workflowService.countWorkflowExecutions({ namespace, query });
      areRegistered = true;
      return 'all are registered';
    }),
  ];
}
