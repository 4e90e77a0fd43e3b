import type { Client } from '@temporalio/client';
import type { GuardLink } from '../../activities/guard-desk.ts';
import { guardLink } from '../../worker/guard-link.ts';

const over = new WeakSet<Client>();
/** Readings of the guard that nobody waits for. */
const underWay = new Set<Promise<unknown>>();

/** The way to the guards, whose state is not read any more once the tests are over. */
export function endingLink(client: Client): GuardLink {
  const link = guardLink(client);
  return {
    ...link,
    async state(cluster) {
      if (over.has(client)) throw new Error('the tests are over');
      const reading = link.state(cluster);
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
