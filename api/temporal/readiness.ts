import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../domain/contract.ts';
import type { ReadinessCheck } from '../ports.ts';
import { call } from './call.ts';

const deadlineMs = 2_000;

/** What a delivery needs of Temporal: that it answers for our namespace, and that it knows our search attributes. */
export function temporalReadiness(client: Client): readonly ReadinessCheck[] {
  const { namespace } = client.options;
  const check = (name: string, look: () => Promise<string>): ReadinessCheck => ({
    name,
    async run() {
      try {
        return { isOk: true, detail: await call(client, deadlineMs, name, look) };
      } catch (error) {
        return { isOk: false, detail: error instanceof Error ? error.message : String(error) };
      }
    },
  });
  let areRegistered = false;
  return [
    check('temporal', async () => {
      await client.workflowService.describeNamespace({ namespace });
      return `namespace ${namespace} answers`;
    }),
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
