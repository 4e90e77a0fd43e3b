import type { Client } from '@temporalio/client';
import type { Retention } from '../domain/run/retention.ts';
import { call } from './call.ts';

const deadlineMs = 2_000;

/** Reads for how long Temporal keeps ended runs. Throws as `call` does. */
export function createRetention(client: Client): () => Promise<Retention> {
  const { namespace } = client.options;
  return async () => {
    const { config } = await call(client, deadlineMs, 'retention', () =>
      client.workflowService.describeNamespace({ namespace }),
    );
    return { namespace, keptMs: Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000 };
  };
}
