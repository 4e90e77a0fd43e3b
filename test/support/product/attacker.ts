import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { poll } from '../workers.ts';
import type { Forged } from './attacker-workflows.ts';

const taskQueue = 'not-of-mendflow';

/** Somebody who may write to Temporal and holds no key of ours. */
export interface Attacker {
  /** Hands an activity of Mendflow an input; gives its result, or `{ refused, why }`. */
  call(forged: Forged): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a worker of the attacker's own on that Temporal. */
export async function openAttacker(temporal: Client, address: string): Promise<Attacker> {
  const connection = await NativeConnection.connect({ address });
  const { namespace } = temporal.options;
  const workflowsPath = fileURLToPath(new URL('attacker-workflows.ts', import.meta.url));
  const poller = poll(await Worker.create({ connection, namespace, taskQueue, workflowsPath }));
  return {
    call: (forged) =>
      temporal.workflow.execute('remediation', { taskQueue, workflowId: `attack/${randomUUID()}`, args: [forged] }),
    async close() {
      await poller.stop();
      await connection.close();
    },
  };
}
