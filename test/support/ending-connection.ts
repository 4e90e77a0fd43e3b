import type { Client } from '@temporalio/client';
import type { GuardConnection } from '../../activities/guard/client.ts';
import { guardConnection } from '../../activities/guard/client.ts';

const over = new WeakSet<Client>();
/** Readings of the guard that nobody waits for. */
const underWay = new Set<Promise<unknown>>();

/** The way to the guards, whose state is not read any more once the tests are over. */
export function endingConnection(client: Client): GuardConnection {
  const connection = guardConnection(client);
  return {
    ...connection,
    async state(cluster) {
      if (over.has(client)) throw new Error('the tests are over');
      const reading = connection.state(cluster);
      underWay.add(reading);
      return reading.finally(() => underWay.delete(reading));
    },
  };
}

/** Resolves when nothing is read any more: a call that is tried again on a closed connection would end the process. */
export async function endReadings(client: Client): Promise<void> {
  over.add(client);
  await Promise.allSettled(underWay);
}
