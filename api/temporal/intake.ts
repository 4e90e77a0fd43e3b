import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { Alert } from '../../domain/alert/alert.ts';
import {
  type AlertNews,
  hubTaskQueue,
  remediationWorkflowId,
  signals,
  workflowTypes,
} from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { startAttributesOf, startSummaryOf } from '../../domain/run/start.ts';
import { call, isFullOfSignals } from '../../temporal/call.ts';
import type { IntakePort } from '../ports.ts';

const deadlineMs = 4_000;
/** A run may end between the start that finds it and the signal to it, and the next one may begin before ours. */
const tries = 3;

/**
 * The intake on Temporal: one run per alert and episode. A firing alert starts its run; only where one is there is it
 * signalled, without labels, because a run keeps those that it started with. A resolved alert is a signal to a running
 * run only.
 */
export function createIntake(client: Client): IntakePort {
  return {
    async start(alert) {
      for (let left = tries; left > 0; left--) {
        if (await starts(client, alert)) return { started: true };
        if (await joins(client, alert)) return { started: false };
      }
      const detail = `${remediationWorkflowId(alert)} ended and began ${tries} times while it was told of the alert`;
      throw new MendflowError('OVERLOADED', detail, { retryAfterMs: 1_000 });
    },
    async resolve(alert) {
      try {
        await signal(client, alert, signals.resolved);
        return { known: true };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { known: false };
        // An escalation looks at the cluster by itself, so that it ends without this word as well.
        if (isFullOfSignals(error)) return { known: true };
        throw error;
      }
    },
  };
}

/** False where a run of the alert is there already. */
async function starts(client: Client, alert: Alert): Promise<boolean> {
  const workflowId = remediationWorkflowId(alert);
  try {
    await call(client, deadlineMs, `start of ${workflowId}`, () =>
      client.workflow.start(workflowTypes.remediation, {
        workflowId,
        taskQueue: hubTaskQueue,
        args: [{ alert }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        typedSearchAttributes: Object.entries(startAttributesOf(alert)).map(([name, value]) => ({
          key: defineSearchAttributeKey(name, 'KEYWORD'),
          value,
        })),
        staticSummary: startSummaryOf(alert),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** False where the run has ended. */
async function joins(client: Client, alert: Alert): Promise<boolean> {
  try {
    await signal(client, alert, signals.alert);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    // The alert may be a new episode, which nobody would hold: the sender must come again. A run that waits continues as
    // new, which frees it, so that this lasts for minutes.
    if (isFullOfSignals(error)) {
      const detail = `${remediationWorkflowId(alert)} can take no more signals before it continues as new`;
      throw new MendflowError('OVERLOADED', detail, { cause: error, retryAfterMs: 30_000 });
    }
    throw error;
  }
}

function signal(client: Client, alert: Alert, name: string): Promise<void> {
  const workflowId = remediationWorkflowId(alert);
  const news: AlertNews = { startsAt: alert.startsAt, receivedAt: alert.receivedAt };
  return call(client, deadlineMs, `signal to ${workflowId}`, () =>
    client.workflow.getHandle(workflowId).signal(name, news),
  );
}
