import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { signApproval } from '../../domain/run/approval.ts';
import type { HumanMessage } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { SigningKeys } from '../../domain/run/signing.ts';
import { call } from '../../temporal/call.ts';
import type { RunsPort } from '../ports.ts';

const answerWithinMs = 5_000;

/** Carries a person's message to the running run as an update, so that the answer is the run's own. */
export function createSend(client: Client, keys: SigningKeys): RunsPort['send'] {
  return async (id, name, said) => {
    const message = name === 'approve' ? signed(keys, id, said) : said;
    try {
      return await call(client, answerWithinMs, `${name} to ${id}`, () =>
        client.workflow
          .getHandle(id)
          .executeUpdate<string, [HumanMessage]>(name, { args: [message], updateId: message.id }),
      );
    } catch (cause) {
      if (cause instanceof WorkflowUpdateFailedError) {
        const isForged = cause.cause instanceof ApplicationFailure && cause.cause.type === 'UNAUTHENTICATED';
        throw new MendflowError(isForged ? 'NOT_SIGNED' : 'TOO_LATE', cause.cause?.message ?? cause.message, { cause });
      }
      if (cause instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
        const detail = `No worker answered for ${id} in time; it may still take the message. Repeat it with the id ${message.id}.`;
        throw new MendflowError('TEMPORAL_UNAVAILABLE', detail, { cause });
      }
      if (cause instanceof WorkflowNotFoundError) throw await gone(client, id);
      throw cause;
    }
  };
}

/** The run takes an approval only with this: it says that we know the person. */
function signed(keys: SigningKeys, id: string, message: HumanMessage): HumanMessage {
  const signature = signApproval(keys, id, message);
  return signature === undefined ? message : { ...message, signature };
}

/** Temporal says "not found" of a closed run too. */
async function gone(client: Client, id: string): Promise<MendflowError> {
  try {
    const run = await call(client, answerWithinMs, `look at ${id}`, () => client.workflow.getHandle(id).describe());
    return new MendflowError('TOO_LATE', `The run ended at ${run.closeTime?.toISOString() ?? 'an unknown time'}.`);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return new MendflowError('NOT_FOUND', `There is no run ${id}.`);
    throw error;
  }
}
