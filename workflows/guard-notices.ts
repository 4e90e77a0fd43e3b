import { condition, log, sleep, workflowInfo } from '@temporalio/workflow';
import type { Notice } from '../domain/guard/state.ts';
import { fallbackReceiver } from '../domain/run/contract.ts';
import { notify } from './activity-options.ts';
import type { GuardMemory } from './guard-memory.ts';

/** After a receiver could not be reached for the time that `notify` has, this long until the next try. */
const tryAgainMs = 300_000;
/** What nobody could be told for so long is no news. */
const givenUpMs = 24 * 3_600_000;

/**
 * Tells people, one message after the other and in order, for as long as this run lives. Nobody waits for it: what is
 * untold when the guard continues as new goes with it and is sent again under the same key.
 */
export function tellNotices(memory: GuardMemory): void {
  const tellNext = async (): Promise<void> => {
    await condition(() => memory.state.notices.length > 0);
    const [notice] = memory.state.notices;
    if (notice !== undefined) await tell(memory, notice);
    return tellNext();
  };
  tellNext().catch((error) => log.error('messages of the guard are not told any more', { error: String(error) }));
}

async function tell(memory: GuardMemory, { kind, key, summary, answer = [], sinceMs, reason }: Notice): Promise<void> {
  const { workflowId, runId } = workflowInfo();
  const about = { kind, dedupKey: key, workflowId, runId, level: 0, summary, answer };
  const notification = { ...about, ...(reason === undefined ? {} : { reason }) };
  try {
    const { delivered, detail } = await notify({ receiver: fallbackReceiver, notification });
    if (delivered) log.info('people were told', { kind, detail });
    else log.error('the receiver refused a message of the guard', { kind, summary, detail });
  } catch (error) {
    if (Date.now() < sinceMs + givenUpMs) {
      log.warn('nobody could be told; it is tried again', { kind, error: String(error) });
      return sleep(tryAgainMs);
    }
    log.error('nobody could be told for a day; the message is given up', { kind, summary, error: String(error) });
  }
  memory.apply([{ type: 'told', key, kind }]);
}
