import { fieldManager } from '../../../domain/run/contract.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { eventBody } from '../event-body.ts';
import { eventNamespace, events } from '../paths.ts';
import type { Cluster } from '../port.ts';
import type { Transport } from '../transport.ts';

/** Our own events. */
export function eventWrites(transport: Transport): Pick<Cluster, 'recordEvent'> {
  return {
    async recordEvent(event) {
      const call = { path: events(eventNamespace(event.regarding)), query: { fieldManager }, body: eventBody(event) };
      const recorded = transport.text({ method: 'POST', ...call });
      await recorded.catch((error: unknown) => {
        // The name is derived from the key: it is there already, from an earlier try.
        if (!(error instanceof MendflowError && error.code === 'CONFLICT')) throw error;
      });
    },
  };
}
